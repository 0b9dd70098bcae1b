//! Every property of every class, right in each way the facts allow and wrong in each way they forbid.

use serde_json::{Map, Value, json};

use crate::case::{Case, with, without};
use crate::facts::{Class, Property, minimal, whole};
use crate::samples;

/// The cases of one class.
pub fn of(name: &str, class: &Class, out: &mut Vec<Case>) {
    let least = minimal(&[(name, class)]);
    out.push(Case::right(format!("{name}: what it requires and no more"), least.clone()));
    for (property_name, property) in &class.properties {
        if !property_name.starts_with('_') {
            let mut one = One { class: name, name: property_name, property, least: &least, out };
            one.all();
        }
    }
    for required in class.required.iter().filter(|required| !required.starts_with('_')) {
        let fact = format!("{name}.{required}: required and missing");
        out.push(Case::model(fact, without(&least, required), "J1-E0201", required));
    }
}

/// One property of a class.
struct One<'a> {
    class: &'a str,
    name: &'a str,
    property: &'a Property,
    least: &'a Map<String, Value>,
    out: &'a mut Vec<Case>,
}

impl One<'_> {
    fn all(&mut self) {
        self.types();
        self.texts();
        self.choices();
        self.bounds();
        if let Some(items) = self.property.items.clone() {
            self.items(&items);
        }
    }

    fn right(&mut self, what: &str, value: Value) {
        let fact = format!("{}.{}: {what}", self.class, self.name);
        self.out.push(Case::right(fact, with(self.least, self.name, value)));
    }

    fn wrong(&mut self, what: &str, value: Value, code: &'static str) {
        let fact = format!("{}.{}: {what}", self.class, self.name);
        self.out.push(Case::model(fact, with(self.least, self.name, value), code, self.name));
    }

    /// A value of each JSON type.
    fn types(&mut self) {
        let property = self.property;
        let integer = property.takes("integer");
        let number = property.takes("number");
        if property.takes("null") && property.allowed.is_empty() {
            self.right("null where the class allows it", Value::Null);
        }
        if !property.takes("null") {
            self.wrong("null where the class allows none", Value::Null, "J1-E0203");
        }
        if !property.takes("boolean") {
            self.wrong("a boolean", json!(true), "J1-E0203");
        }
        if !property.takes("string") {
            self.wrong("a string", json!("A text"), "J1-E0203");
        }
        if !property.takes("array") {
            self.wrong("an array", json!(["A text"]), "J1-E0203");
        }
        if !integer && !number {
            self.wrong("a number", json!(1), "J1-E0203");
        }
        if integer && property.allowed.is_empty() {
            self.wrong("a fraction where whole numbers are wanted", json!(1.5), "J1-E0203");
            self.right("a whole number written with a fraction of zero", json!(7.0));
        }
        if number && property.minimum.is_none() {
            self.right("a fraction", json!(-1.5));
            self.right("a number of seconds, whatever its format says", json!(1_700_000_000));
        }
        let named = matches!(self.name, "name" | "displayName");
        self.wrong("an object", json!({ "a": 1 }), if named { "J1-E0203" } else { "J1-E0202" });
        if property.takes("array") && property.items.is_none() {
            self.right("an array without a description of its items", json!(["a", "b"]));
        } else {
            let code = if property.takes("array") { "J1-E0202" } else { "J1-E0203" };
            self.wrong("an array of arrays", json!([["a"]]), code);
        }
    }

    /// Texts that its format or its pattern takes and refuses.
    fn texts(&mut self) {
        let property = self.property;
        if !property.takes("string") || !property.allowed.is_empty() {
            return;
        }
        let Some(((right, wrong), code)) = samples::of(property) else {
            let text = "x".repeat(4097);
            let fact = format!("{}.{}: a text longer than JupiterOne takes", self.class, self.name);
            self.out.push(Case::stricter(
                fact,
                with(self.least, self.name, json!(text)),
                "J1-E0212",
                self.name,
            ));
            self.right("the longest text that JupiterOne takes", json!("x".repeat(4096)));
            return;
        };
        for text in right {
            self.right("a text that its format takes", json!(text));
        }
        for text in wrong {
            self.wrong("a text that its format refuses", json!(text), code);
        }
    }

    /// The values it is limited to, and others.
    fn choices(&mut self) {
        for value in &self.property.allowed {
            self.right("a value that the class allows", value.clone());
        }
        let Some(first) = self.property.allowed.first() else { return };
        match first {
            Value::String(text) => {
                self.wrong("a value that the class does not allow", json!("no such value"), "J1-E0204");
                let other =
                    if text.to_uppercase() == *text { text.to_lowercase() } else { text.to_uppercase() };
                if !self.property.allowed.contains(&json!(other)) {
                    self.wrong("an allowed value in another case", json!(other), "J1-E0204");
                }
            }
            Value::Number(_) => self.wrong("a number that the class does not allow", json!(5), "J1-E0204"),
            Value::Bool(truth) => self.wrong("the other boolean", json!(!truth), "J1-E0204"),
            other => panic!("no case for the value {other}"),
        }
    }

    /// The ends of its range.
    fn bounds(&mut self) {
        if let Some(least) = self.property.minimum.map(whole) {
            self.right("the least it takes", json!(least));
            self.wrong("less than the least", json!(least - 1), "J1-E0207");
        }
        if let Some(most) = self.property.maximum.map(whole) {
            self.right("the most it takes", json!(most));
            self.wrong("more than the most", json!(most + 1), "J1-E0207");
        }
    }

    /// The items of its array.
    fn items(&mut self, items: &Property) {
        let good = items.right();
        self.right("an array of none", json!([]));
        self.right("an array of one", json!([good]));
        self.wrong("an array of numbers", json!([1, 2]), "J1-E0203");
        self.wrong("an array of null", json!([null]), "J1-E0203");
        self.wrong("an array of mixed types", json!([good, 7]), "J1-E0211");
        self.wrong("an array that holds an object", json!([{ "a": 1 }]), "J1-E0202");
        if self.property.unique_items {
            self.wrong("an array that holds a value twice", json!([good, good]), "J1-E0209");
        } else {
            self.right("an array that holds a value twice, where that may be", json!([good, good]));
        }
        for value in &items.allowed {
            self.right("an item that the class allows", json!([value]));
        }
        if !items.allowed.is_empty() {
            self.wrong("an item that the class does not allow", json!(["no such value"]), "J1-E0204");
            return;
        }
        let Some(((right, wrong), code)) = samples::of(items) else {
            let fact = format!("{}.{}: an item longer than JupiterOne takes", self.class, self.name);
            let object = with(self.least, self.name, json!(["x".repeat(4097)]));
            self.out.push(Case::stricter(fact, object, "J1-E0212", self.name));
            return;
        };
        self.right("items that their format takes", json!(right));
        for text in wrong {
            self.wrong("an item that its format refuses", json!([good, text]), code);
        }
    }
}
