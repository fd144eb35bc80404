//! Numbers and byte strings as the format writes them.

use alloc::vec::Vec;

use crate::Fault;

/// What is left to read.
pub(super) struct Input<'a>(pub(super) &'a [u8]);

impl<'a> Input<'a> {
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Fault> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Fault::Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn byte(&mut self) -> Result<u8, Fault> {
        Ok(self.take(1)?[0])
    }

    /// LEB128, in its shortest form.
    pub(super) fn number(&mut self) -> Result<u64, Fault> {
        let mut number = 0_u64;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let shortest = byte != 0 || shift == 0;
                return shortest.then_some(number).ok_or(Fault::Malformed);
            }
        }
        Err(Fault::Malformed)
    }

    pub(super) fn bytes(&mut self, least: usize, most: usize) -> Result<&'a [u8], Fault> {
        let count = usize::try_from(self.number()?).map_err(|_| Fault::Malformed)?;
        match (least..=most).contains(&count) {
            true => self.take(count),
            false => Err(Fault::Malformed),
        }
    }

    pub(super) fn end(&self) -> Result<(), Fault> {
        match self.0.is_empty() {
            true => Ok(()),
            false => Err(Fault::Malformed),
        }
    }
}

pub(super) fn write_number(out: &mut Vec<u8>, mut number: u64) {
    loop {
        let byte = u8::try_from(number & 0x7f).unwrap_or(0x7f);
        number >>= 7;
        if number == 0 {
            return out.push(byte);
        }
        out.push(byte | 0x80);
    }
}

pub(super) fn write_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    write_number(out, bytes.len() as u64);
    out.extend(bytes);
}
