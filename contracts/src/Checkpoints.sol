// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Keeps checkpoints of transparency logs, so that a block says by when each was there.
///
/// Whoever sends a transaction speaks for themselves: what one sender anchored neither binds nor helps another. There is no owner, nothing
/// that can be upgraded, paused or withdrawn, and no coin is taken. Whose log it is, and whether a tree is that log's, is shown elsewhere.
contract Checkpoints {
    /// A sender anchored a tree of a log. `origin` is the SHA-256 of the log's name, `root` the root of its tree of `size` entries.
    event Anchored(address indexed sender, bytes32 indexed origin, uint64 size, bytes32 root);

    /// The sender anchored a larger tree of this log before: a log never shrinks.
    error Smaller(uint64 had);
    /// The sender anchored another tree of the same size: the log has forked, or this is another log. An empty tree is none to anchor either.
    error Forked(uint64 size, bytes32 had);

    /// Entries in the largest tree of a log that a sender anchored.
    mapping(address sender => mapping(bytes32 origin => uint64 size)) public sizeOf;
    /// The root of each tree that a sender anchored, or zero.
    mapping(address sender => mapping(bytes32 origin => mapping(uint64 size => bytes32 root))) public rootOf;

    /// Anchors a tree of a log. The same one again is anchored again: it may have been dropped by a chain that was reorganized.
    function anchor(bytes32 origin, uint64 size, bytes32 root) external {
        uint64 had = sizeOf[msg.sender][origin];
        if (size < had) revert Smaller(had);
        if (size > had) {
            sizeOf[msg.sender][origin] = size;
            rootOf[msg.sender][origin][size] = root;
        } else {
            bytes32 before = rootOf[msg.sender][origin][size];
            if (size == 0 || before != root) revert Forked(size, before);
        }
        emit Anchored(msg.sender, origin, size, root);
    }
}
