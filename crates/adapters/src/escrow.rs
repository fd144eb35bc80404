//! The passphrase of the keys in shares, of which any few together give it back and fewer tell nothing.
//!
//! Shamir's scheme over GF(256). What is shared is the passphrase and eight bytes of its SHA-256, so that shares that do not belong together are told
//! apart from a passphrase. A share is written so that a person can keep it on paper and type it again (`docs/formats/escrow.md`).

use std::{collections::BTreeMap, fmt};

use aws_lc_rs::{digest, rand};
use blahaj::Sharks;

use crate::Passphrase;

/// One share of a passphrase. Printed for a log or a failed test, it tells which it is and nothing else.
#[derive(Clone, Eq, PartialEq)]
pub struct Share {
    /// Of which splitting it is.
    set: [u8; 4],
    /// How many of them give the passphrase back.
    needed: u8,
    /// Which of them it is, from 1.
    number: u8,
    /// Its values, one for each byte that is shared.
    values: Vec<u8>,
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (set, number) = (&self.set, &self.number);
        let mut told = f.debug_struct("Share");
        told.field("set", set).field("number", number);
        told.finish_non_exhaustive()
    }
}

impl Passphrase {
    /// Splits it into shares, of which `needed` together give it back.
    pub fn split(&self, needed: u8, all: u8) -> Result<Vec<Share>, EscrowError> {
        if needed < 2 || all < needed {
            return Err(EscrowError::Numbers);
        }
        let secret = self.expose().as_bytes();
        if secret.is_empty() || secret.len() > LONGEST {
            return Err(EscrowError::Length);
        }
        let mut set = [0; 4];
        rand::fill(&mut set).map_err(|_| EscrowError::Random)?;
        let shared = [secret, &check(secret)].concat();
        let dealt = Sharks(needed).dealer(&shared).take(usize::from(all));
        let shares = dealt.filter_map(|share| {
            let bytes = Vec::from(&share);
            let (number, values) = bytes.split_first()?;
            Some(Share {
                set,
                needed,
                number: *number,
                values: values.to_vec(),
            })
        });
        Ok(shares.collect())
    }

    /// Puts it together again.
    pub fn join(shares: &[Share]) -> Result<Self, EscrowError> {
        let first = shares.first().ok_or(EscrowError::TooFew { more: 2 })?;
        let mut different = BTreeMap::new();
        for share in shares {
            let fits = share.set == first.set
                && share.needed == first.needed
                && share.values.len() == first.values.len();
            if !fits {
                return Err(EscrowError::OtherSet);
            }
            let bytes = [&[share.number], share.values.as_slice()].concat();
            let dealt = blahaj::Share::try_from(bytes.as_slice());
            different.insert(share.number, dealt.map_err(|_| EscrowError::Altered)?);
        }
        let more = usize::from(first.needed).saturating_sub(different.len());
        if more > 0 {
            return Err(EscrowError::TooFew { more });
        }
        let sharks = Sharks(first.needed);
        let shared = sharks.recover(different.values());
        let shared = shared.map_err(|_| EscrowError::Altered)?;
        let end = shared.len().saturating_sub(CHECK);
        let (secret, its_check) = shared.split_at(end);
        let text = std::str::from_utf8(secret).map_err(|_| EscrowError::Altered)?;
        match check(secret) == its_check {
            true => Ok(Self::new(text)),
            false => Err(EscrowError::Altered),
        }
    }
}

impl Share {
    /// Which of the shares it is, from 1.
    pub fn number(&self) -> u8 {
        self.number
    }

    /// What all shares of one splitting have in common, to be told apart from those of another.
    pub fn set(&self) -> String {
        let digits: String = self.set.iter().map(|byte| format!("{byte:02X}")).collect();
        format!("{}-{}", &digits[..4], &digits[4..])
    }

    /// Reads a share from the lines of a text that are one: `1: 0G3M … 7K`. Everything else in the text is passed over.
    pub fn parse(text: &str) -> Result<Self, EscrowError> {
        let mut bytes = Vec::new();
        let mut lines = 0;
        for line in text.lines() {
            let Some((number, symbols)) = numbered(line) else {
                continue;
            };
            lines += 1;
            let symbols: String = symbols.split_whitespace().collect();
            let decoded = decode(&symbols);
            let (data, its_check) = decoded
                .and_then(|values| {
                    let data = values.len().checked_sub(2)?;
                    Some((pack(&values[..data]), [values[data], values[data + 1]]))
                })
                .ok_or(EscrowError::Line(number))?;
            if number != lines || line_check(number, &data) != its_check {
                return Err(EscrowError::Line(number));
            }
            bytes.extend(data);
        }
        let [VERSION, needed, number, s1, s2, s3, s4, length, values @ ..] = &bytes[..] else {
            return Err(EscrowError::NoShare);
        };
        let values = values.get(..usize::from(*length));
        let values = values.ok_or(EscrowError::Incomplete)?;
        Ok(Self {
            set: [*s1, *s2, *s3, *s4],
            needed: *needed,
            number: *number,
            values: values.to_vec(),
        })
    }
}

/// The lines that a person types.
impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = u8::try_from(self.values.len()).map_err(|_| fmt::Error)?;
        let [s1, s2, s3, s4] = self.set;
        let head = [VERSION, self.needed, self.number, s1, s2, s3, s4, length];
        let bytes = [&head[..], &self.values].concat();
        for (index, data) in bytes.chunks(LINE).enumerate() {
            let number = index + 1;
            let mut symbols = unpack(data);
            symbols.extend(line_check(number, data));
            let text: Vec<char> = symbols
                .iter()
                .filter_map(|value| SYMBOLS.chars().nth(usize::from(*value)))
                .collect();
            write!(f, "{number}:")?;
            for group in text.chunks(4) {
                write!(f, " {}", group.iter().collect::<String>())?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// Why a passphrase was not split, or not put together again.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EscrowError {
    /// The numbers make no sense.
    #[error("at least two shares must be needed, and no more than are made")]
    Numbers,
    /// The passphrase is empty or too long.
    #[error("the passphrase must have 1 to {LONGEST} bytes to be split")]
    Length,
    /// The system gave no randomness.
    #[error("the system gave no random bytes")]
    Random,
    /// There is no share in the text.
    #[error("there is no share in it: its lines look like `1: 0G3M 7ABC …`")]
    NoShare,
    /// A line was typed wrong, or is at another place.
    #[error("line {0} was not typed as it stands in the share")]
    Line(usize),
    /// The last lines are missing.
    #[error("its last lines are missing")]
    Incomplete,
    /// Shares of two splittings.
    #[error("the shares do not belong together: compare what stands behind `Set`")]
    OtherSet,
    /// Not enough.
    #[error("too few shares: {more} more are needed")]
    TooFew {
        /// How many are missing.
        more: usize,
    },
    /// They give no passphrase.
    #[error("the shares give no passphrase: one of them was altered")]
    Altered,
}

/// `12: words` as 12 and the words.
fn numbered(line: &str) -> Option<(usize, &str)> {
    let (number, rest) = line.trim().split_once(':')?;
    Some((number.parse().ok()?, rest))
}

/// Crockford's base 32: no letter looks like a digit; I and L are read as 1, O as 0.
fn decode(text: &str) -> Option<Vec<u8>> {
    let value = |symbol: char| {
        let symbol = match symbol.to_ascii_uppercase() {
            'I' | 'L' => '1',
            'O' => '0',
            other => other,
        };
        SYMBOLS.find(symbol).and_then(|at| u8::try_from(at).ok())
    };
    text.chars().map(value).collect()
}

/// Bytes as values of five bits; the last is filled up with zeros.
fn unpack(bytes: &[u8]) -> Vec<u8> {
    let bit = |at: usize| {
        bytes
            .get(at / 8)
            .map_or(0, |byte| (byte >> (7 - at % 8)) & 1)
    };
    let values = (bytes.len() * 8).div_ceil(5);
    let value = |index: usize| (0..5).fold(0, |value, i| value << 1 | bit(index * 5 + i));
    (0..values).map(value).collect()
}

/// Values of five bits as bytes; what fills up the last is dropped.
fn pack(values: &[u8]) -> Vec<u8> {
    let bit = |at: usize| {
        values
            .get(at / 5)
            .map_or(0, |value| (value >> (4 - at % 5)) & 1)
    };
    let bytes = values.len() * 5 / 8;
    let byte = |index: usize| (0..8).fold(0, |byte, i| byte << 1 | bit(index * 8 + i));
    (0..bytes).map(byte).collect()
}

/// Ten bits that tell whether a line was typed as it stands.
fn line_check(number: usize, data: &[u8]) -> [u8; 2] {
    let number = u8::try_from(number).unwrap_or(u8::MAX);
    let hash = digest::digest(&digest::SHA256, &[&[number], data].concat());
    [hash.as_ref()[0] & 31, hash.as_ref()[1] & 31]
}

fn check(secret: &[u8]) -> [u8; CHECK] {
    let hash = digest::digest(&digest::SHA256, secret);
    let mut check = [0; CHECK];
    check.copy_from_slice(&hash.as_ref()[..CHECK]);
    check
}

const SYMBOLS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const VERSION: u8 = 1;
/// Bytes on one line: eight groups of four symbols.
const LINE: usize = 20;
/// Bytes that check the passphrase.
const CHECK: usize = 8;
const LONGEST: usize = 240;

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "3f9c0e11d2a84b57c6e0f1a2b3c4d5e6f708192a3b4c5d6e";

    fn shares() -> Vec<Share> {
        Passphrase::new(TEXT).split(3, 5).unwrap()
    }

    #[test]
    fn a_share_that_is_printed_for_a_log_tells_nothing_of_the_passphrase() {
        let share = Share {
            set: [1, 2, 3, 4],
            needed: 3,
            number: 5,
            values: vec![201, 202, 203],
        };
        assert_eq!(
            format!("{share:?}"),
            "Share { set: [1, 2, 3, 4], number: 5, .. }"
        );
    }

    #[test]
    fn any_three_of_five_give_the_passphrase_back_and_any_two_do_not() {
        let shares = shares();
        assert_eq!(shares.len(), 5);
        let mut ways = 0;
        for bits in 0_u32..32 {
            let chosen = shares
                .iter()
                .filter(|share| bits >> (share.number - 1) & 1 == 1);
            let chosen: Vec<Share> = chosen.cloned().collect();
            let joined = Passphrase::join(&chosen);
            match chosen.len() {
                0 => assert_eq!(joined.err(), Some(EscrowError::TooFew { more: 2 })),
                few @ 1..=2 => {
                    let more = 3 - few;
                    assert_eq!(joined.err(), Some(EscrowError::TooFew { more }));
                }
                _ => {
                    assert_eq!(joined.unwrap().expose(), TEXT);
                    ways += 1;
                }
            }
        }
        assert_eq!(ways, 16);
        let twice = [shares[0].clone(), shares[0].clone(), shares[1].clone()];
        let refused = Passphrase::join(&twice);
        assert_eq!(
            refused.err(),
            Some(EscrowError::TooFew { more: 1 }),
            "one share twice is one"
        );
    }

    #[test]
    fn a_share_is_read_as_it_was_written_however_it_is_typed() {
        for share in shares() {
            let text = share.to_string();
            assert_eq!(Share::parse(&text), Ok(share.clone()));
            let typed = text.to_lowercase().replace('0', "o").replace('1', "l");
            let typed = typed.replace("l:", "1:"); // The numbers of lines are numbers.
            let typed = format!(
                "Touchstone key escrow\nSet: {}\n\n{typed}\nKeep it safe.",
                share.set()
            );
            assert_eq!(Share::parse(&typed), Ok(share), "{typed}");
        }
    }

    #[test]
    fn what_was_typed_wrong_is_told_by_its_line() {
        let text = shares()[1].to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines.len() >= 3, "{text}");
        for (at, symbol) in lines[1].char_indices().skip(3) {
            if symbol == ' ' {
                continue;
            }
            let other = if symbol == '7' { "8" } else { "7" };
            let mut wrong = lines.clone();
            let typed = format!("{}{other}{}", &lines[1][..at], &lines[1][at + 1..]);
            wrong[1] = &typed;
            assert_ne!(
                Share::parse(&wrong.join("\n")),
                Share::parse(&text),
                "{typed}"
            );
        }
        let swapped = [lines[1], lines[0], lines[2]].join("\n");
        assert_eq!(Share::parse(&swapped), Err(EscrowError::Line(2)));
        let cut = lines[..lines.len() - 1].join("\n");
        assert_eq!(Share::parse(&cut), Err(EscrowError::Incomplete));
        assert_eq!(Share::parse("nothing"), Err(EscrowError::NoShare));
    }

    #[test]
    fn shares_that_do_not_belong_together_give_nothing() {
        let (one, other) = (shares(), shares());
        let mixed = [one[0].clone(), one[1].clone(), other[2].clone()];
        assert_eq!(Passphrase::join(&mixed).err(), Some(EscrowError::OtherSet));
        for byte in 0..one[1].values.len() {
            let mut altered = one[1].clone();
            altered.values[byte] ^= 1;
            let three = [one[0].clone(), altered, one[2].clone()];
            assert_eq!(Passphrase::join(&three).err(), Some(EscrowError::Altered));
        }
    }

    #[test]
    fn numbers_that_make_no_sense_are_refused() {
        for (needed, all) in [(0, 5), (1, 5), (6, 5)] {
            let refused = Passphrase::new(TEXT).split(needed, all);
            assert_eq!(refused, Err(EscrowError::Numbers));
        }
        for text in [String::new(), "x".repeat(241)] {
            let refused = Passphrase::new(&text).split(3, 5);
            assert_eq!(refused, Err(EscrowError::Length));
        }
        let longest = "x".repeat(240);
        let shares = Passphrase::new(&longest).split(2, 255).unwrap();
        assert_eq!(
            Share::parse(&shares[254].to_string()),
            Ok(shares[254].clone())
        );
        assert_eq!(
            Passphrase::join(&shares[200..202]).unwrap().expose(),
            longest
        );
    }
}
