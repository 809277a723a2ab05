//! Reads every sentence file, refuses what is missing in one language, and turns each message into a constant.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Message, Pattern, PatternElement, Resource};
use fluent_syntax::parser;

/// What both languages must agree on for one message: its attributes and its variables.
#[derive(Default, PartialEq, Eq, Debug)]
struct Shape {
    attributes: BTreeSet<String>,
    variables: BTreeSet<String>,
}

type Shapes = BTreeMap<String, Shape>;

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo names the folder")).join("i18n");
    println!("cargo::rerun-if-changed={}", root.display());
    let (english, english_text) = read_language(&root.join("en"));
    let (maori, maori_text) = read_language(&root.join("mi"));
    let mut wrong = compare(&english, &maori);
    wrong.extend(english.iter().filter_map(|(key, shape)| lacks_remedy(key, shape)));
    assert!(wrong.is_empty(), "\n\nSentences that must be mended in assets/i18n:\n  {}\n", wrong.join("\n  "));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names the output folder"));
    fs::write(out.join("keys.rs"), constants(&english)).expect("the output folder is writable");
    fs::write(out.join("en.ftl"), english_text).expect("the output folder is writable");
    fs::write(out.join("mi.ftl"), maori_text).expect("the output folder is writable");
}

fn read_language(folder: &Path) -> (Shapes, String) {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|e| e == "ftl"))
        .collect();
    files.sort();
    let (mut shapes, mut text) = (Shapes::new(), String::new());
    for file in files {
        let source = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let resource =
            parser::parse(source.as_str()).unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", file.display()));
        collect(&resource, &file, &mut shapes);
        text.push_str(&source);
        text.push('\n');
    }
    (shapes, text)
}

fn collect(resource: &Resource<&str>, file: &Path, shapes: &mut Shapes) {
    for entry in &resource.body {
        if let Entry::Message(message) = entry {
            let twice = shapes.insert(message.id.name.to_owned(), shape(message));
            assert!(twice.is_none(), "{}: '{}' stands in two places", file.display(), message.id.name);
        }
    }
}

fn shape(message: &Message<&str>) -> Shape {
    let mut shape = Shape::default();
    if let Some(value) = &message.value {
        variables(value, &mut shape.variables);
    }
    for attribute in &message.attributes {
        shape.attributes.insert(attribute.id.name.to_owned());
        variables(&attribute.value, &mut shape.variables);
    }
    shape
}

fn variables(pattern: &Pattern<&str>, found: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            match expression {
                Expression::Inline(inline) => variable(inline, found),
                Expression::Select { selector, variants } => {
                    variable(selector, found);
                    variants.iter().for_each(|v| variables(&v.value, found));
                }
            }
        }
    }
}

fn variable(inline: &InlineExpression<&str>, found: &mut BTreeSet<String>) {
    if let InlineExpression::VariableReference { id } = inline {
        found.insert(id.name.to_owned());
    }
}

fn compare(english: &Shapes, maori: &Shapes) -> Vec<String> {
    let keys: BTreeSet<_> = english.keys().chain(maori.keys()).collect();
    keys.into_iter()
        .filter_map(|key| match (english.get(key), maori.get(key)) {
            (Some(a), Some(b)) if a == b => None,
            (Some(a), Some(b)) => Some(format!("'{key}' differs: en {a:?}, mi {b:?}")),
            (None, _) => Some(format!("'{key}' is missing in en")),
            (_, None) => Some(format!("'{key}' is missing in mi")),
        })
        .collect()
}

/// A fault tells what happened and, in its `.remedy`, what to do.
fn lacks_remedy(key: &str, shape: &Shape) -> Option<String> {
    (key.starts_with("fault-") && !shape.attributes.contains("remedy")).then(|| format!("'{key}' has no .remedy"))
}

fn constants(shapes: &Shapes) -> String {
    let mut code = String::new();
    for key in shapes.keys() {
        let name = key.replace('-', "_").to_uppercase();
        let _ = writeln!(code, "/// `{key}`\npub const {name}: Key = Key(\"{key}\");");
    }
    let _ = writeln!(code, "/// Every key, in the order of the alphabet.\npub const ALL: &[Key] = &[");
    for key in shapes.keys() {
        let _ = writeln!(code, "    {},", key.replace('-', "_").to_uppercase());
    }
    code.push_str("];\n");
    let places: BTreeSet<_> = shapes.values().flat_map(|shape| &shape.variables).collect();
    let places: Vec<_> = places.into_iter().collect();
    let _ = writeln!(code, "/// The name of every place that is filled, in the order of the alphabet.");
    let _ = writeln!(code, "pub(super) const PLACES: &[&str] = &{places:?};");
    code
}
