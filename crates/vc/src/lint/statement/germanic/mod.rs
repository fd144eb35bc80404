//! German and Dutch: an infinitive at the end of its clause ("Teile messen", "Onderdelen meten"), or a verb told of somebody at its
//! beginning ("Misst Teile", "Meet onderdelen").

pub(super) mod dutch;
pub(super) mod german;
