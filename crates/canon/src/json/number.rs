//! JSON numbers: integers kept exactly where they fit 64 bits, everything else as a double.

/// A JSON number.
///
/// Integers written without fraction and exponent are kept exactly from -2⁶³ to 2⁶⁴-1; all else is a finite double.
/// Canonical forms take doubles only, so [`jcs`](crate::jcs) and [`canonicalize`](crate::canonicalize()) refuse an
/// integer that no double equals: two different integers must never share a signature.
#[derive(Clone, Copy, Debug)]
pub struct Number(Repr);

#[derive(Clone, Copy, Debug)]
enum Repr {
    Negative(i64),
    Natural(u64),
    Double(f64),
}

impl Number {
    /// A number from a double; `None` if it is not finite.
    pub fn from_f64(double: f64) -> Option<Self> {
        double.is_finite().then_some(Self(Repr::Double(double)))
    }

    /// The number as the nearest double.
    pub fn as_f64(self) -> f64 {
        match self.0 {
            Repr::Negative(integer) => integer as f64,
            Repr::Natural(integer) => integer as f64,
            Repr::Double(double) => double,
        }
    }

    /// The number as an integer if it is one that fits.
    pub fn as_i64(self) -> Option<i64> {
        match self.0 {
            Repr::Negative(integer) => Some(integer),
            Repr::Natural(integer) => i64::try_from(integer).ok(),
            Repr::Double(_) => self
                .as_i128()
                .and_then(|integer| i64::try_from(integer).ok()),
        }
    }

    /// The number as a natural number if it is one that fits.
    pub fn as_u64(self) -> Option<u64> {
        match self.0 {
            Repr::Negative(_) => None,
            Repr::Natural(integer) => Some(integer),
            Repr::Double(_) => self
                .as_i128()
                .and_then(|integer| u64::try_from(integer).ok()),
        }
    }

    /// The number as a double that equals it; `None` for an integer between two doubles.
    pub fn exact_f64(self) -> Option<f64> {
        let double = self.as_f64();
        match self.0 {
            Repr::Double(_) => Some(double),
            _ => (Self(Repr::Double(double)).as_i128() == self.as_i128()).then_some(double),
        }
    }

    /// The number as an integer if it is one below 10²¹ in size.
    pub(crate) fn as_i128(self) -> Option<i128> {
        match self.0 {
            Repr::Negative(integer) => Some(i128::from(integer)),
            Repr::Natural(integer) => Some(i128::from(integer)),
            Repr::Double(double) if double > -1e21 && double < 1e21 => {
                let integer = double as i128;
                (integer as f64 == double).then_some(integer)
            }
            Repr::Double(_) => None,
        }
    }

    /// Whether both are kept alike: zero and minus zero, which are equal, are not.
    pub(crate) fn is_kept_as(self, other: Self) -> bool {
        match (self.0, other.0) {
            (Repr::Double(own), Repr::Double(other)) => own.to_bits() == other.to_bits(),
            (Repr::Double(_), _) | (_, Repr::Double(_)) => false,
            _ => self == other,
        }
    }

    /// Whether the number was written as an integer and is kept as one.
    pub(crate) fn is_double(self) -> bool {
        matches!(self.0, Repr::Double(_))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (self.as_i128(), other.as_i128()) {
            (Some(one), Some(two)) => one == two,
            (None, None) => self.as_f64() == other.as_f64(),
            _ => false,
        }
    }
}

impl From<i64> for Number {
    fn from(integer: i64) -> Self {
        Self(u64::try_from(integer).map_or(Repr::Negative(integer), Repr::Natural))
    }
}

impl From<u64> for Number {
    fn from(integer: u64) -> Self {
        Self(Repr::Natural(integer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_between_two_doubles_have_no_exact_double() {
        assert_eq!(
            Number::from(9_007_199_254_740_992_u64).exact_f64(),
            Some(9_007_199_254_740_992.0)
        );
        assert_eq!(Number::from(9_007_199_254_740_993_u64).exact_f64(), None);
        assert_eq!(Number::from(u64::MAX).exact_f64(), None);
        assert_eq!(
            Number::from(i64::MIN).exact_f64(),
            Some(-9_223_372_036_854_775_808.0)
        );
    }

    #[test]
    fn a_whole_double_equals_the_integer() {
        assert_eq!(Number::from_f64(5.0), Some(Number::from(5_i64)));
        assert_eq!(Number::from_f64(5.0).and_then(Number::as_u64), Some(5));
        assert_eq!(Number::from_f64(f64::NAN), None);
    }
}
