// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Tokens that cannot be transferred (ERC-721, ERC-5192), minted by a holder whom an issuer permitted it, and burnt by either (ERC-5484).
///
/// A token is the hash of its issuer's address and of a salted commitment: nothing else of a credential is here, and neither a name nor a
/// link. There is no owner, nothing that can be upgraded or paused, and no coin is taken, so one of these on a chain is enough for everybody.
/// Whose address an issuer's is, and what a commitment is of, is shown elsewhere.
contract Tokens {
    /// Who may burn (ERC-5484). Of this contract's tokens always both.
    enum BurnAuth { IssuerOnly, OwnerOnly, Both, Neither }

    /// Of ERC-721: minted comes from nobody, burnt goes to nobody.
    event Transfer(address indexed from, address indexed to, uint256 indexed tokenId);
    /// Of ERC-5192, when it is minted.
    event Locked(uint256 tokenId);
    /// Of ERC-5484: by which issuer, to which holder.
    event Issued(address indexed from, address indexed to, uint256 indexed tokenId, BurnAuth burnAuth);

    /// There is none: it was never minted, or it was burnt.
    error Nonexistent(uint256 tokenId);
    /// It stays with its holder.
    error Bound();
    /// It was minted before, or its issuer took the permission back. Neither is undone.
    error Ended(uint256 tokenId);
    /// The issuer did not sign that the sender may mint this.
    error NotPermitted();
    /// Only its holder and its issuer may burn it.
    error NotYours(uint256 tokenId);
    /// Nobody has this address.
    error ZeroAddress();

    /// Whose permission a token was minted by, also after it was burnt; or who took their permission back.
    mapping(uint256 tokenId => address) private issuerOf;
    mapping(uint256 tokenId => address) private holderOf;
    mapping(address holder => uint256) private held;

    bytes32 private constant DOMAIN = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant NAME = keccak256("Touchstone tokens");
    bytes32 private constant VERSION = keccak256("1");
    bytes32 private constant MINT = keccak256("Mint(address holder,bytes32 commitment)");

    /// The token of an issuer over a commitment.
    function tokenOf(address issuer, bytes32 commitment) public pure returns (uint256) {
        return uint256(keccak256(abi.encode(issuer, commitment)));
    }

    /// What an issuer signs (EIP-712) for a holder who is to mint.
    function permission(address holder, bytes32 commitment) public view returns (bytes32) {
        bytes32 domain = keccak256(abi.encode(DOMAIN, NAME, VERSION, block.chainid, address(this)));
        return keccak256(abi.encodePacked(hex"1901", domain, keccak256(abi.encode(MINT, holder, commitment))));
    }

    /// Mints what the issuer permitted the sender. Nobody else can: the signature names them.
    function mint(bytes32 commitment, address issuer, uint8 v, bytes32 r, bytes32 s) external returns (uint256 tokenId) {
        if (issuer == address(0) || ecrecover(permission(msg.sender, commitment), v, r, s) != issuer) revert NotPermitted();
        tokenId = tokenOf(issuer, commitment);
        if (issuerOf[tokenId] != address(0)) revert Ended(tokenId);
        issuerOf[tokenId] = issuer;
        holderOf[tokenId] = msg.sender;
        held[msg.sender] += 1;
        emit Transfer(address(0), msg.sender, tokenId);
        emit Locked(tokenId);
        emit Issued(issuer, msg.sender, tokenId, BurnAuth.Both);
    }

    /// Burns a token of the sender's, as holder or as issuer. It cannot be minted again.
    function burn(uint256 tokenId) public {
        address holder = ownerOf(tokenId);
        if (msg.sender != holder && msg.sender != issuerOf[tokenId]) revert NotYours(tokenId);
        delete holderOf[tokenId];
        held[holder] -= 1;
        emit Transfer(holder, address(0), tokenId);
    }

    /// Takes the sender's permission back: what was minted by it is burnt, what was not can no more be minted.
    function withdraw(bytes32 commitment) external {
        uint256 tokenId = tokenOf(msg.sender, commitment);
        if (holderOf[tokenId] != address(0)) burn(tokenId);
        else issuerOf[tokenId] = msg.sender;
    }

    /// Who permitted a token and who holds it; zero for who does not. Both at once, and never refused: whoever asks can tell "none" from "not told".
    function standing(uint256 tokenId) external view returns (address issuer, address holder) {
        return (issuerOf[tokenId], holderOf[tokenId]);
    }

    /// Whose it is.
    function ownerOf(uint256 tokenId) public view returns (address holder) {
        holder = holderOf[tokenId];
        if (holder == address(0)) revert Nonexistent(tokenId);
    }

    /// How many an address has.
    function balanceOf(address holder) external view returns (uint256) {
        if (holder == address(0)) revert ZeroAddress();
        return held[holder];
    }

    /// Whether it stays with its holder: it does.
    function locked(uint256 tokenId) external view returns (bool) {
        return ownerOf(tokenId) != address(0);
    }

    /// Who may burn it.
    function burnAuth(uint256 tokenId) external view returns (BurnAuth) {
        ownerOf(tokenId);
        return BurnAuth.Both;
    }

    /// Nobody else speaks for a holder.
    function getApproved(uint256 tokenId) external view returns (address) {
        ownerOf(tokenId);
        return address(0);
    }

    /// Nobody else speaks for a holder.
    function isApprovedForAll(address, address) external pure returns (bool) {
        return false;
    }

    function transferFrom(address, address, uint256) external pure { revert Bound(); }
    function safeTransferFrom(address, address, uint256) external pure { revert Bound(); }
    function safeTransferFrom(address, address, uint256, bytes calldata) external pure { revert Bound(); }
    function approve(address, uint256) external pure { revert Bound(); }
    function setApprovalForAll(address, bool) external pure { revert Bound(); }

    /// ERC-165, ERC-721, ERC-5192, ERC-5484.
    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == 0x01ffc9a7 || id == 0x80ac58cd || id == 0xb45a3c0e || id == 0x0489b56f;
    }
}
