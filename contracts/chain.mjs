// A chain of this test's own, in this process, and what it takes to speak to a contract on it.

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { compile } from "./build.mjs";

process.env.HARDHAT_CONFIG = fileURLToPath(new URL("./hardhat.config.cjs", import.meta.url));
process.env.HARDHAT_DISABLE_TELEMETRY_PROMPT = "true";
const { network } = createRequire(import.meta.url)("hardhat");

/** Asks the chain, as JSON-RPC has it. */
export const ask = (method, ...params) => network.provider.request({ method, params });

/** Closes the block that is open. */
export const mine = () => ask("evm_mine");

/** 32 bytes that end with a number, or an address, as the ABI has them. */
export const word = (value) =>
  (typeof value === "number" ? value.toString(16) : value.replace(/^0x/, "")).padStart(64, "0");

/** The hash of a signature: of an event its topic, of an error its first four bytes. */
export const signature = async (text) => ask("web3_sha3", `0x${Buffer.from(text).toString("hex")}`);

/** A contract that was just put on the chain by the first account, and how it is called. */
export async function deploy(name, ...words) {
  const { bytecode, methods } = compile(name);
  const [first] = await ask("eth_accounts");
  const data = `0x${bytecode}${words.map(word).join("")}`;
  const hash = await ask("eth_sendTransaction", { from: first, data, gas: "0x400000" });
  await mine();
  const { contractAddress: address } = await ask("eth_getTransactionReceipt", hash);
  const data_of = (method, values) => {
    if (!methods[method]) throw new Error(`${name} has no ${method}`);
    return `0x${methods[method]}${values.map(word).join("")}`;
  };
  return {
    address,
    /** What a method answers, as words; nothing is changed by that. */
    read: async (method, ...values) => {
      const said = await ask("eth_call", { to: address, data: data_of(method, values) }, "latest");
      return said.slice(2).match(/.{64}/g) ?? [];
    },
    /** The receipt of a transaction that calls a method. */
    send: async (from, method, ...values) => {
      const hash = await ask("eth_sendTransaction", { from, to: address, data: data_of(method, values), gas: "0x80000" });
      await mine();
      return ask("eth_getTransactionReceipt", hash);
    },
    /** With which bytes a call is refused; `null` if it is not. */
    refusal: async (from, method, values, value = "0x0") => {
      try {
        await ask("eth_call", { from, to: address, data: data_of(method, values), value }, "latest");
        return null;
      } catch (error) {
        return typeof error.data === "string" ? error.data : error.data.data;
      }
    },
  };
}
