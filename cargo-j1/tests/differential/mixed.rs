//! Entities of which several things are wrong at once, or none: drawn at random, always the same ones.

use serde_json::{Value, json};

use crate::case::Case;
use crate::facts::{Class, Facts, Property, minimal, whole};
use crate::samples;

/// A sequence of numbers that is the same on every machine (Knuth's linear congruential generator).
struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % sides.max(1)
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }
}

/// This many entities of one class or two, each changed in up to four places.
pub fn of(facts: &Facts, count: usize, out: &mut Vec<Case>) {
    let classes: Vec<_> = facts.classes.iter().map(|(name, class)| (name.as_str(), class)).collect();
    let texts = samples::all();
    let mut dice = Dice(42);
    for number in 0..count {
        let mut of = vec![*dice.pick(&classes)];
        if dice.chance(30) {
            let other = *dice.pick(&classes);
            if other.0 != of[0].0 {
                of.push(other);
            }
        }
        let mut entity = minimal(&of);
        for _ in 0..dice.roll(5) {
            let (_, class) = *dice.pick(&of);
            match (dice.roll(10), any_property(&mut dice, class)) {
                (0, _) => {
                    let name = dice.pick(&class.required).clone();
                    if !name.starts_with('_') {
                        entity.remove(&name);
                    }
                }
                (1, _) | (_, None) => {
                    let names = ["custom", "last_seen", "tag.a", "tag.b:c", "a b", "größe", "isX"];
                    entity.insert((*dice.pick(&names)).to_owned(), any(&mut dice, &texts));
                }
                (_, Some((name, property))) => {
                    let likely_so = dice.chance(40);
                    let value =
                        if likely_so { likely(&mut dice, property, &texts) } else { any(&mut dice, &texts) };
                    entity.insert(name.clone(), value);
                }
            }
        }
        let names: Vec<_> = of.iter().map(|(name, _)| *name).collect();
        out.push(Case::recorded(format!("mixed {number}, {}", names.join(" and ")), entity));
    }
}

/// A property of the class, unless it has none but JupiterOne's own members.
fn any_property<'a>(dice: &mut Dice, class: &'a Class) -> Option<(&'a String, &'a Property)> {
    let known: Vec<_> = class.properties.iter().filter(|(name, _)| !name.starts_with('_')).collect();
    (!known.is_empty()).then(|| *dice.pick(&known))
}

/// A value that may well be right.
fn likely(dice: &mut Dice, property: &Property, texts: &[&str]) -> Value {
    if !property.allowed.is_empty() && dice.chance(80) {
        return dice.pick(&property.allowed).clone();
    }
    match dice.pick(&property.types).as_str() {
        "null" => Value::Null,
        "boolean" => json!(dice.chance(50)),
        "integer" | "number" => {
            let least = property.minimum.map_or(0, whole);
            json!(least + i64::try_from(dice.roll(12)).unwrap_or_default())
        }
        "array" => {
            let items: Vec<Value> = (0..dice.roll(4))
                .map(|_| match &property.items {
                    Some(items) if dice.chance(80) => likely(dice, items, texts),
                    _ => json!(dice.pick(texts)),
                })
                .collect();
            json!(items)
        }
        _ => match samples::of(property) {
            Some(((right, _), _)) if dice.chance(70) => json!(dice.pick(right)),
            _ => json!(dice.pick(texts)),
        },
    }
}

/// Any value at all.
fn any(dice: &mut Dice, texts: &[&str]) -> Value {
    let numbers = [
        json!(0),
        json!(-1),
        json!(1.5),
        json!(4),
        json!(6),
        json!(10),
        json!(11),
        json!(65536),
        json!(65537),
        json!(1e20),
    ];
    match dice.roll(8) {
        0 => Value::Null,
        1 => json!(dice.chance(50)),
        2 => dice.pick(&numbers).clone(),
        3 => {
            let count = dice.roll(4);
            json!((0..count).map(|_| json!(dice.pick(texts))).collect::<Vec<_>>())
        }
        4 => json!([dice.pick(&numbers), dice.pick(texts)]),
        5 => json!({ "a": 1 }),
        _ => json!(dice.pick(texts)),
    }
}
