// A chain of this machine's own. It compiles nothing: `build.mjs` does, with a compiler that is pinned.
module.exports = {
  solidity: "0.8.37",
  networks: { hardhat: { chainId: 31337, hardfork: "prague", mining: { auto: false, interval: 0 } } },
};
