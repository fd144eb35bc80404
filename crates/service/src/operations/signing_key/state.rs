//! The states of a signing key, and which may follow which.
//!
//! ```text
//! pending ──► active ──► retired ──► destroyed
//!    │           │          │            ▲ │
//!    │           └────┬─────┘            │ ▼
//!    └───────────────►└────────────► compromised
//! ```
//!
//! **Invariant:** no way leads back to a key that signs.

use touchstone_store::KeyState;

/// Whether a key may go from one state to another; or why not.
pub fn may_become(from: KeyState, to: KeyState) -> Result<(), Refused> {
    use KeyState::{Active, Compromised, Destroyed, Pending, Retired};
    match (from, to) {
        (Pending, Active | Compromised | Destroyed)
        | (Active, Retired | Compromised)
        | (Retired, Compromised | Destroyed)
        | (Compromised, Destroyed)
        // That it was in other hands may be learnt when it is gone.
        | (Destroyed, Compromised) => Ok(()),
        (Pending, Pending)
        | (Active, Active)
        | (Retired, Retired)
        | (Compromised, Compromised)
        | (Destroyed, Destroyed) => Err(Refused::Already(to)),
        (Pending, Retired) => Err(Refused::NeverSigned),
        (Active, Destroyed) => Err(Refused::Signs),
        (Retired | Compromised | Destroyed, Active | Retired) => Err(Refused::Ended(from)),
        (_, Pending) => Err(Refused::NotNew),
    }
}

/// Why a key stays what it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refused {
    /// It is that already.
    #[error("the key is {} already", .0.as_str())]
    Already(KeyState),
    /// It has nothing to be retired from.
    #[error("the key never signed anything; destroy it instead")]
    NeverSigned,
    /// What signs is not destroyed.
    #[error("the key signs; retire it first, or say that it is compromised")]
    Signs,
    /// A key that was ended never signs again.
    #[error("the key is {}, and no key comes back from that; rotate to a new one", .0.as_str())]
    Ended(KeyState),
    /// Only a key that was just made is pending.
    #[error("only a key that was just made is pending")]
    NotNew,
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [KeyState; 5] = [
        KeyState::Pending,
        KeyState::Active,
        KeyState::Retired,
        KeyState::Compromised,
        KeyState::Destroyed,
    ];

    /// Every state that can be reached from another, over any number of steps.
    fn reachable(from: KeyState) -> Vec<KeyState> {
        let mut found: Vec<KeyState> = Vec::new();
        let mut looked_at = vec![from];
        while let Some(state) = looked_at.pop() {
            for to in ALL {
                if may_become(state, to).is_ok() && !found.contains(&to) {
                    found.push(to);
                    looked_at.push(to);
                }
            }
        }
        found
    }

    #[test]
    fn no_way_leads_back_to_a_key_that_signs() {
        for ended in [
            KeyState::Retired,
            KeyState::Compromised,
            KeyState::Destroyed,
        ] {
            let reached = reachable(ended);
            assert!(!reached.contains(&KeyState::Active), "{ended:?}");
            assert!(!reached.contains(&KeyState::Pending), "{ended:?}");
        }
        assert!(!reachable(KeyState::Active).contains(&KeyState::Active));
    }

    #[test]
    fn each_refusal_has_a_name() {
        use KeyState::{Active, Compromised, Destroyed, Pending, Retired};
        for (from, to, why) in [
            (Pending, Retired, Refused::NeverSigned),
            (Active, Destroyed, Refused::Signs),
            (Active, Active, Refused::Already(Active)),
            (Retired, Active, Refused::Ended(Retired)),
            (Compromised, Active, Refused::Ended(Compromised)),
            (Compromised, Retired, Refused::Ended(Compromised)),
            (Destroyed, Active, Refused::Ended(Destroyed)),
            (Active, Pending, Refused::NotNew),
        ] {
            assert_eq!(may_become(from, to), Err(why), "{from:?} to {to:?}");
        }
    }
}
