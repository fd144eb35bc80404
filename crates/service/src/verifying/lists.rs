//! Status lists that were read before, so that a list is unpacked and its proof checked once and not for every credential in it.
//!
//! A list is known by the SHA-256 of its bytes: one that was published anew is another list, and nothing has to be thrown away in
//! time. What depends on the moment (whether the list is too old, whether its key may sign) is judged in each check.

use std::sync::{Arc, Mutex, PoisonError};

use touchstone_vc::{
    Crypto, Document, Evidence, Resource,
    status::{List, Lists},
};

/// The lists that were asked for last, within bounds.
#[derive(Default)]
pub struct KnownLists {
    /// The one asked for last stands last.
    lists: Mutex<Vec<([u8; 32], Arc<List>)>>,
}

impl KnownLists {
    /// What is known of the status lists among the evidence.
    pub(crate) fn of(&self, evidence: &Evidence, crypto: &Crypto) -> Lists {
        let lists = evidence.iter().filter_map(|(resource, document)| {
            let Resource::StatusList(url) = resource else {
                return None;
            };
            let copy = match document {
                Document::Fetched(copy) => copy,
                Document::Unreachable { last_good, .. } => last_good.as_ref()?,
                Document::Proven(_) => return None,
            };
            Some((url.clone(), self.known(&copy.bytes, crypto)))
        });
        lists.collect()
    }

    fn known(&self, bytes: &[u8], crypto: &Crypto) -> Arc<List> {
        if bytes.len() > HEAVIEST {
            return Arc::new(List::new(bytes.to_vec()));
        }
        let key = (crypto.sha256)(bytes);
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        let list = match lists.iter().position(|(known, _)| *known == key) {
            Some(at) => lists.remove(at).1,
            None => {
                if lists.len() >= MOST {
                    lists.remove(0);
                }
                Arc::new(List::new(bytes.to_vec()))
            }
        };
        lists.push((key, Arc::clone(&list)));
        list
    }
}

/// How many lists are known at a time, and how long each may be: with their bits, of which a list holds no more, 32 MB together.
const MOST: usize = 64;
const HEAVIEST: usize = 256 << 10;

#[cfg(test)]
mod tests {
    use touchstone_vc::crypto::rust::CRYPTO;

    use super::*;

    #[test]
    fn a_list_is_known_by_its_bytes_and_forgotten_when_others_were_asked_for() {
        let known = KnownLists::default();
        let first = known.known(b"first", &CRYPTO);
        assert!(Arc::ptr_eq(&first, &known.known(b"first", &CRYPTO)));
        assert!(!Arc::ptr_eq(&first, &known.known(b"First", &CRYPTO)));
        for number in 0..MOST - 1 {
            known.known(&number.to_be_bytes(), &CRYPTO);
            assert!(Arc::ptr_eq(&first, &known.known(b"first", &CRYPTO)));
        }
        for number in 0..MOST {
            known.known(&number.to_le_bytes(), &CRYPTO);
        }
        known.known(b"another", &CRYPTO);
        assert!(!Arc::ptr_eq(&first, &known.known(b"first", &CRYPTO)));
    }

    #[test]
    fn a_list_that_is_too_heavy_is_not_kept() {
        let known = KnownLists::default();
        let heavy = known.known(&vec![0; HEAVIEST + 1], &CRYPTO);
        assert_eq!(Arc::strong_count(&heavy), 1);
    }
}
