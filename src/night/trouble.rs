//! Troubles in the timeline: code and values are kept, and the sentence is said when somebody reads it.

use std::collections::BTreeMap;

use korero_sentences::{self as sentences, Key, Value};
use serde::{Deserialize, Serialize};

use super::What;
use crate::fault::Fault;

/// What fills a place of a sentence, as the file has it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Filling {
    /// A number; the sentence decides how it is shown.
    Number(f64),
    /// A text that is the same in every language.
    Text(String),
}

impl From<&Value> for Filling {
    fn from(value: &Value) -> Self {
        match value {
            // The file has no word for the others.
            Value::Number(number) if number.is_finite() => Self::Number(*number),
            Value::Number(number) => Self::Text(number.to_string()),
            Value::Text(text) => Self::Text(text.clone()),
        }
    }
}

impl From<&Filling> for Value {
    fn from(filling: &Filling) -> Self {
        match filling {
            Filling::Number(number) => Self::Number(*number),
            Filling::Text(text) => Self::Text(text.clone()),
        }
    }
}

/// How a fault is kept.
pub(super) fn of_trouble(fault: &Fault) -> What {
    let values = fault.args.iter().map(|(place, value)| ((*place).to_owned(), value.into())).collect();
    let (code, line) = (fault.code.name().to_owned(), fault.to_string());
    What::Trouble { code, values: Some(values), about: fault.about.clone(), line }
}

/// The fault that was kept; `None` where this program does not know its sentence.
pub(super) fn fault(code: &str, values: &BTreeMap<String, Filling>, about: Option<&str>) -> Option<Fault> {
    let code = Key::named(code).filter(|_| code.starts_with("fault-"))?;
    let args = values.iter().filter_map(|(name, filling)| Some((sentences::place(name)?, filling.into())));
    Some(Fault { code, args: args.collect(), about: about.map(str::to_owned) })
}
