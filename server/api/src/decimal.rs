//! Whole numbers that JSON readers would round.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A `u64` that travels as a decimal string: JavaScript keeps only 53 bits of a number, and UTC in
/// nanoseconds needs 61.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Decimal(pub u64);

/// The text was not a whole number from 0 to 2⁶⁴−1 in plain decimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotDecimal;

impl fmt::Display for NotDecimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a whole number in decimal digits, as a string")
    }
}

impl std::error::Error for NotDecimal {}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Decimal {
    type Err = NotDecimal;

    /// Only digits: no sign, no blanks.
    fn from_str(text: &str) -> Result<Self, NotDecimal> {
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotDecimal);
        }
        text.parse().map(Self).map_err(|_| NotDecimal)
    }
}

impl From<u64> for Decimal {
    fn from(number: u64) -> Self {
        Self(number)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl PartialSchema for Decimal {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .pattern(Some("^[0-9]{1,20}$"))
            .description(Some("A whole number from 0 to 2⁶⁴−1 as a decimal string."))
            .into()
    }
}

impl ToSchema for Decimal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_survives_the_wire_exactly() {
        for number in [0, 1, (1 << 53) + 1, 1_795_000_000_123_456_789, u64::MAX] {
            let json = serde_json::to_string(&Decimal(number)).unwrap();
            assert_eq!(json, format!("\"{number}\""));
            assert_eq!(serde_json::from_str::<Decimal>(&json).unwrap(), Decimal(number));
        }
    }

    #[test]
    fn what_is_not_a_plain_number_is_refused() {
        for text in ["\"\"", "\"-1\"", "\"+1\"", "\" 1\"", "\"1.0\"", "\"18446744073709551616\"", "12"] {
            assert!(serde_json::from_str::<Decimal>(text).is_err(), "{text}");
        }
    }
}
