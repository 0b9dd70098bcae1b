//! Checks one property while it is written. Allocates nothing unless a rule is broken.

use crate::error::Code;
use crate::model::limits::MAX_STRING_UTF16;
use crate::model::{ClassDef, PropertyDef, Rules, Types};
use crate::validate::items::Items;
use crate::validate::violation::excerpt;
use crate::validate::{Layer, Scalar, Violation, rules};

/// Checks the value of one property as it is written: one [`scalar`](Self::scalar) or [`object`](Self::object), or
/// any number of them between [`array_begin`](Self::array_begin) and [`array_end`](Self::array_end).
///
/// A value that breaks a rule more than once, or of two classes, is reported once per rule.
pub struct PropertyCheck<'a> {
    name: &'a str,
    classes: &'a [&'static ClassDef],
    defs: &'a [Option<&'static PropertyDef>],
    violations: Vec<Violation>,
    /// The number of open arrays.
    depth: u32,
    /// The items of the outermost of them.
    items: Option<Items>,
}

impl<'a> PropertyCheck<'a> {
    /// Checks property `name` of an entity of these classes; `defs` has the definition in each of them.
    #[must_use]
    pub fn new(
        name: &'a str,
        classes: &'a [&'static ClassDef],
        defs: &'a [Option<&'static PropertyDef>],
    ) -> Self {
        Self { name, classes, defs, violations: Vec::new(), depth: 0, items: None }
    }

    /// Returns `true` outside of arrays.
    pub(crate) const fn is_whole(&self) -> bool {
        self.depth == 0
    }

    /// A value, or an item of the array that has begun.
    pub fn scalar(&mut self, value: Scalar<'_>) {
        if !self.within_limits(value) {
            return;
        }
        match self.depth {
            0 => self.whole(value),
            1 => self.item(value),
            // The array of arrays itself has been reported.
            _ => {}
        }
    }

    /// An array begins.
    pub fn array_begin(&mut self) {
        self.depth += 1;
        if self.depth > 1 {
            self.nested();
            return;
        }
        self.items = Some(Items::default());
        self.each_def(|check, class, def| {
            check.fits(class, def.types, Types::ARRAY);
        });
        self.tag(Types::ARRAY);
    }

    /// An array of one item begins: nothing can be in it twice.
    pub(crate) fn array_of_one_begin(&mut self) {
        self.array_begin();
        if let Some(items) = self.items.as_mut().filter(|_| self.depth == 1) {
            items.be_alone();
        }
    }

    /// The array ends.
    pub fn array_end(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.depth > 0 {
            return;
        }
        let Some(items) = self.items.take() else { return };
        if items.mixed() {
            self.report(Code::E0211, Layer::Upload, || {
                "mixes types, and JupiterOne takes arrays of one type; convert its items".to_owned()
            });
        } else if let Some((class, given, wanted)) = items.wrong() {
            self.report(Code::E0203, Layer::Model, || rules::wrong_item(class, given, wanted));
        }
        self.each_def(|check, class, def| {
            if def.types.contains(Types::ARRAY) && items.count() < def.min_items {
                check.report(Code::E0208, Layer::Model, || {
                    rules::too_few(class, items.count(), def.min_items)
                });
            }
            if def.unique_items && items.twice() {
                check.report(Code::E0209, Layer::Model, || rules::twice(class));
            }
        });
    }

    /// Reports a value that should be a date and is not.
    pub(crate) fn no_date(&mut self) {
        self.report(Code::E0217, Layer::Upload, || {
            "is not the date that its field says, so JupiterOne could not compare it; say how the provider writes it \
             with `#[j1(date = ..)]`, or read it into a type of a crate of dates"
                .to_owned()
        });
    }

    /// An object, which no property can hold.
    pub fn object(&mut self) {
        self.nested();
    }

    /// Appends the violations to `out`.
    pub fn finish(mut self, out: &mut Vec<Violation>) {
        out.append(&mut self.violations);
    }

    fn nested(&mut self) {
        if let Some(items) = &mut self.items {
            items.pass();
        }
        self.report(Code::E0202, Layer::Upload, || {
            "holds an object or an array inside, and JupiterOne takes strings, numbers, booleans and \
             arrays of one \
             of those; flatten it into properties"
                .to_owned()
        });
    }

    /// Checks JupiterOne's own limits; returns `true` if the rules of the classes apply as well.
    fn within_limits(&mut self, value: Scalar<'_>) -> bool {
        match value {
            // A UTF-16 unit is at least one byte of UTF-8, so most strings need no counting.
            Scalar::Str(text) if text.len() > MAX_STRING_UTF16 => {
                let units = text.encode_utf16().count();
                if units > MAX_STRING_UTF16 {
                    self.report(Code::E0212, Layer::Upload, || {
                        format!(
                            "has {units} characters, and JupiterOne takes {MAX_STRING_UTF16} (in UTF-16); \
                             shorten it, \
                             or let `#[j1(truncate)]` do so"
                        )
                    });
                }
                true
            }
            Scalar::Float(number) if !number.is_finite() => {
                self.report(Code::E0213, Layer::Upload, || {
                    "is not a finite number, and JSON cannot carry it to JupiterOne; leave it out".to_owned()
                });
                false
            }
            _ => true,
        }
    }

    fn whole(&mut self, value: Scalar<'_>) {
        self.each_def(|check, class, def| {
            if check.fits(class, def.types, value.types()) {
                check.constraints(class, value, &Rules::new(def));
            }
        });
        self.tag(value.types());
    }

    fn item(&mut self, value: Scalar<'_>) {
        let unique = self.defs.iter().flatten().any(|def| def.unique_items);
        if let Some(items) = &mut self.items {
            items.see(value, unique);
        }
        self.each_def(|check, class, def| {
            // If the class takes no arrays at all, that has been reported.
            let Some(item) = def.items.filter(|_| def.types.contains(Types::ARRAY)) else { return };
            if item.types.intersects(value.types()) {
                check.constraints(class, value, &Rules::for_item(item));
            } else if let Some(items) = &mut check.items {
                items.found_wrong(class, value.types(), item.types);
            }
        });
    }

    /// Returns `true` if the class takes a value of these types.
    fn fits(&mut self, class: &'static ClassDef, wanted: Types, given: Types) -> bool {
        let fits = wanted.intersects(given);
        if !fits {
            self.report(Code::E0203, Layer::Model, || rules::wrong_type(class, given, wanted));
        }
        fits
    }

    fn constraints(&mut self, class: &'static ClassDef, value: Scalar<'_>, rules: &Rules) {
        let name = self.name;
        if let Some((code, message)) = rules::broken(rules, name, class, value) {
            self.report(code, Layer::Model, || message);
        }
    }

    /// `tag.*` takes strings, numbers and booleans in every class.
    fn tag(&mut self, given: Types) {
        const TAKEN: Types = Types::any(&[Types::STRING, Types::NUMBER, Types::BOOLEAN]);
        if self.name.starts_with("tag.") && !self.classes.is_empty() && !given.intersects(TAKEN) {
            self.report(Code::E0214, Layer::Model, || rules::not_a_tag(given));
        }
    }

    fn each_def(&mut self, mut rule: impl FnMut(&mut Self, &'static ClassDef, &'static PropertyDef)) {
        let (classes, defs) = (self.classes, self.defs);
        for (class, def) in classes.iter().zip(defs) {
            if let Some(def) = def {
                rule(self, class, def);
            }
        }
    }

    fn report(&mut self, code: Code, layer: Layer, what: impl FnOnce() -> String) {
        if self.violations.iter().any(|violation| violation.code == code) {
            return;
        }
        let message = format!("`{}` {}", excerpt(self.name), what());
        self.violations.push(Violation { code, property: Some(self.name.to_owned().into()), message, layer });
    }
}
