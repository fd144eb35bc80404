//! Reading what somebody shows for a role where there is no installation: from what an answer pins, and from nothing else.

use touchstone_crosswalk::role::{self, Day, Pin, ReleasedSet, Role};
use touchstone_vc::{Credential, Timestamp, Verdict};

use super::{RoleReading, held::held, own_address::may_pass};

/// Reads credentials that were checked, for a role, through these sets and as of this moment: whoever has the same reads the same, in ten
/// years too.
pub fn read_alone(
    role: &Role,
    checked: &[(Credential<'_>, Verdict)],
    sets: &[ReleasedSet],
    at: Timestamp,
) -> RoleReading {
    let read = checked.iter().map(|(one, verdict)| held(one, *verdict));
    let (held, shown): (Vec<_>, Vec<_>) = read.unzip();
    RoleReading {
        at,
        shown,
        tasks: role::answer(role, &held, sets, day_of(at), may_pass),
        sets: pins(sets),
    }
}

/// The day of a moment.
pub(super) fn day_of(at: Timestamp) -> Day {
    Day::parse(&at.to_string()).expect("a moment begins with its day")
}

/// Which sets these are.
pub(super) fn pins(sets: &[ReleasedSet]) -> Vec<Pin> {
    sets.iter().map(|set| set.pin().clone()).collect()
}
