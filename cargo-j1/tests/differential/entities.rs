//! Cases for entities of every class: property names, keys, types, classes, tags, undescribed properties.

use serde_json::{Map, Value, json};

use crate::case::{Case, with, without};
use crate::facts::{Class, Facts, minimal};

/// The cases of one class.
pub fn of(name: &str, class: &Class, out: &mut Vec<Case>) {
    let least = minimal(&[(name, class)]);
    let mut each = Each { class: name, least: &least, out };
    each.own_members();
    each.names();
    each.tags();
    each.custom();
    for member in ["name", "displayName"] {
        if !class.required.iter().any(|required| required == member) {
            let fact = format!("{name}: no `{member}`, which only JupiterOne requires of it");
            out.push(Case::stricter(fact, without(&least, member), "J1-E0201", member));
        }
    }
}

struct Each<'a> {
    class: &'a str,
    least: &'a Map<String, Value>,
    out: &'a mut Vec<Case>,
}

impl Each<'_> {
    fn right(&mut self, name: &str, value: Value) {
        let fact = format!("{}: `{name}` = {}", self.class, short(&value));
        self.out.push(Case::right(fact, with(self.least, name, value)));
    }

    fn model(&mut self, name: &str, value: Value, code: &'static str) {
        let fact = format!("{}: `{name}` = {}", self.class, short(&value));
        self.out.push(Case::model(fact, with(self.least, name, value), code, name));
    }

    fn stricter(&mut self, name: &str, value: Value, code: &'static str) {
        let fact = format!("{}: `{name}` = {}", self.class, short(&value));
        self.out.push(Case::stricter(fact, with(self.least, name, value), code, name));
    }

    /// `_key`, `_type`, `_class` and `_rawData`.
    fn own_members(&mut self) {
        for (name, code) in [("_key", "J1-E0401"), ("_type", "J1-E0104")] {
            let fact = format!("{}: no `{name}`", self.class);
            self.out.push(Case::model(fact, without(self.least, name), code, name));
            for value in [Value::Null, json!(1_234_567_890), json!(["acme-thing:1"]), json!("")] {
                self.model(name, value, code);
            }
        }
        let fact = format!("{}: no `_class`", self.class);
        self.out.push(Case::model(fact, without(self.least, "_class"), "J1-E0102", "_class"));
        for value in ["ninechars", "ééééééééé"] {
            self.model("_key", json!(value), "J1-E0404");
        }
        for value in ["tencharact".to_owned(), "éééééééééé".to_owned(), "k".repeat(7000)] {
            self.right("_key", json!(value));
        }
        self.stricter("_key", json!("k".repeat(7001)), "J1-E0405");
        self.stricter("_key", json!("acme-thing:undefined"), "J1-E0406");
        self.model("_type", json!("ab"), "J1-E0105");
        self.right("_type", json!("abc"));
        self.right("_class", json!([self.class]));
        self.right("_class", json!([self.class, self.class]));
        self.right("_rawData", json!([{ "name": "default", "rawData": { "a": [1, "b"] } }]));
        self.stricter("_rawData", json!({ "a": 1 }), "J1-E0215");
        self.stricter("_class", json!([self.class, "Spaceship"]), "J1-E0101");
    }

    fn names(&mut self) {
        for name in ["last_seen", "aws:region", "größe", "", "a/b"] {
            self.model(name, json!("x"), "J1-E0301");
        }
        for name in ["_", "__x"] {
            self.model(name, json!("x"), "J1-E0302");
        }
        self.stricter("_custom", json!("x"), "J1-E0302");
        for name in ["custom", "a b", "a.b-c", "tag.", "isCustom", "CustomName9"] {
            self.right(name, json!("x"));
        }
    }

    fn tags(&mut self) {
        for value in [json!("x"), json!(1.5), json!(false)] {
            self.right("tag.Owner", value);
        }
        self.model("tag.Owner", Value::Null, "J1-E0214");
        self.model("tag.Owner", json!(["x"]), "J1-E0214");
        self.model("tag.Owner", json!({ "a": 1 }), "J1-E0202");
        self.model("tag.aws:created", json!("x"), "J1-E0301");
    }

    /// A property that no class describes holds anything, for the official validator.
    fn custom(&mut self) {
        for value in [Value::Null, json!(true), json!(-1.5), json!([]), json!([1, 2.5]), json!([true, false])]
        {
            self.right("custom", value);
        }
        self.stricter("custom", json!({ "a": 1 }), "J1-E0202");
        self.stricter("custom", json!([["a"]]), "J1-E0202");
        self.stricter("custom", json!([{ "a": 1 }]), "J1-E0202");
        self.stricter("custom", json!(["a", 1]), "J1-E0211");
        self.stricter("custom", json!(["a", null]), "J1-E0211");
        self.stricter("custom", json!("x".repeat(4097)), "J1-E0212");
        // Two UTF-16 units each.
        self.right("custom", json!("🦀".repeat(2048)));
        self.stricter("custom", json!("🦀".repeat(2049)), "J1-E0212");
    }
}

/// Every pair of classes: what both require. The facts name the pairs that no entity can be.
pub fn pairs(facts: &Facts, out: &mut Vec<Case>) {
    let classes: Vec<_> = facts.classes.iter().map(|(name, class)| (name.as_str(), class)).collect();
    for (index, one) in classes.iter().enumerate() {
        for other in &classes[index + 1..] {
            let clash =
                one.1.required.iter().chain(&other.1.required).find(|name| never_both(one.1, other.1, name));
            let fact = format!("{} and {}", one.0, other.0);
            let object = minimal(&[*one, *other]);
            out.push(match clash {
                Some(name) => Case::model(fact + ", which no entity can be", object, "J1-E0203", name),
                None => Case::recorded(fact, object),
            });
        }
    }
}

/// Returns `true` if both classes know the property and no JSON type is right for both.
pub fn never_both(one: &Class, other: &Class, name: &str) -> bool {
    match (one.properties.get(name), other.properties.get(name)) {
        (Some(one), Some(other)) => !one.types.iter().any(|ty| {
            let whole = ty == "integer" && other.takes("number") || ty == "number" && other.takes("integer");
            whole || other.takes(ty)
        }),
        _ => false,
    }
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(40).collect()
}
