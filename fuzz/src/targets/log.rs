//! What a transparency log says.

use touchstone_vc::log::Entry;

use super::texts;
use crate::Target;

/// Entries, as any log may hold them.
pub(crate) const LOG_ENTRY: Target = Target {
    name: "log-entry",
    claim: "an entry that is read is written again as the same bytes",
    run: entry,
    seeds: || {
        texts(&[
            "touchstone-log/1 credential-issued\ndid:web:verify.example.edu:i:riverside\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n",
            "touchstone-log/1 status-list-published\ndid:web:verify.example.edu:i:riverside\nhttps://verify.example.edu/i/riverside/status/1\nAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\n",
            "touchstone-log/1 key-event\ndid:web:verify.example.edu:i:riverside\ndid:web:verify.example.edu:i:riverside#key-1\nz6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX\nretired\n2026-11-21T14:02:00Z\n",
            "touchstone-log/1 audit-root\ndid:web:verify.example.edu:i:riverside\n18446744073709551615\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n",
            "touchstone-log/2 did-document\ndid:web:verify.example.edu:i:riverside\nAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=\n",
        ])
    },
};

fn entry(bytes: &[u8]) {
    if let Ok(entry) = Entry::parse(bytes) {
        assert_eq!(entry.encode().as_deref(), Ok(bytes));
        assert!(!entry.issuer().is_empty());
    }
}
