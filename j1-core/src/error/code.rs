//! The stable codes of what j1 finds wrong.
//!
//! A code is never reused: E01xx class and type, 02xx properties, 03xx names, 04xx keys,
//! 05xx relationships, 06xx mapped relationships, 07xx steps and integration, 08xx config and
//! secrets; R1xxx provider and replay, R2xxx engine and upload, R3xxx the local JupiterOne,
//! R4xxx the command line. `cargo j1 explain CODE` prints the page of one.

use core::fmt;

/// A stable code such as `J1-E0203`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(pub &'static str);

impl Code {
    /// The code as written in messages, e.g. `J1-E0203`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

macro_rules! codes {
    ($($name:ident $title:literal;)*) => {
        impl Code {
            $(#[doc = $title] pub const $name: Self = Self(concat!("J1-", stringify!($name)));)*
        }

        /// Every code with its title, in the order of the codes.
        pub const TITLES: &[(Code, &str)] = &[$((Code::$name, $title)),*];
    };
}

codes! {
    E0101 "a class that the data model does not have";
    E0102 "an entity without a class";
    E0103 "two classes that no entity can satisfy at once";
    E0104 "an entity or a relationship without a `_type`";
    E0105 "a malformed `_type`";
    E0106 "a `_type` that is the name of a class";
    E0107 "two structs of one integration with the same `_type`";
    E0201 "a required property is missing";
    E0202 "a value that the graph cannot hold";
    E0203 "a property of another type than its class says";
    E0204 "a value that is not one of those the class allows";
    E0205 "a string that is not of the format its class says";
    E0206 "a string that does not match the pattern its class says";
    E0207 "a number outside the range its class says";
    E0208 "a string or an array that is too short";
    E0209 "an array that holds the same value twice";
    E0210 "a deprecated property";
    E0211 "an array of mixed types";
    E0212 "a string longer than 4096 characters";
    E0213 "a number that is not finite";
    E0214 "a `tag.` property that is not a string, a number or a boolean";
    E0215 "raw data of another shape than JupiterOne's";
    E0216 "an optional field where the class wants a value";
    E0217 "a value that is not the date its field says";
    E0220 "raw data that names a credential";
    E0221 "an entity that does not say what is sent of its record";
    E0222 "an empty `name` or `displayName`";
    E0223 "a date as text in a property whose name ends in `On`";
    E0301 "a property name that the data model forbids";
    E0302 "a property name that begins with an underscore";
    E0303 "a boolean property whose name does not begin with `is`";
    E0304 "a date property whose name does not end in `On`";
    E0305 "a property that is nearly one of its class";
    E0306 "two fields that become one property";
    E0307 "a date that does not say how it is written";
    E0310 "an unknown key in an attribute";
    E0311 "a key given twice in an attribute";
    E0312 "a malformed value in an attribute";
    E0313 "a derive or an attribute on an item of the wrong kind";
    E0314 "an `allow` that allows nothing";
    E0315 "an attribute without effect";
    E0401 "an entity or a relationship without a `_key`";
    E0402 "a key template that names a field the struct does not have";
    E0403 "an optional field in a key";
    E0404 "a `_key` shorter than 10 characters";
    E0405 "a `_key` longer than 7000 characters";
    E0406 "the text `undefined` in a key";
    E0407 "a key that identifies no record";
    E0408 "a key that changes while the record stays the same";
    E0501 "an unknown relationship class";
    E0502 "a relationship without its two ends";
    E0503 "a relationship whose end is not an entity";
    E0504 "a relationship that does not involve the struct it stands on";
    E0505 "a relationship property that relationships cannot hold";
    E0506 "a property that repeats a relationship";
    E0507 "a relationship declared twice";
    E0508 "a field that does not identify the other end";
    E0601 "a mapping whose members are missing or malformed";
    E0602 "a filter key that the target does not carry";
    E0603 "a mapping target without `_type` or `_class`";
    E0604 "a mapped relationship without a direction";
    E0605 "a mapped relationship to a `cve` entity";
    E0701 "a step adds what it does not declare";
    E0702 "a step reads what it does not declare";
    E0703 "a step needs a type that no step emits";
    E0704 "steps that wait for each other";
    E0705 "two steps with one id";
    E0706 "not a step";
    E0707 "a step whose signature is not a step's";
    E0708 "a type read back that cannot be stored";
    E0709 "a step needs a type that is off by default";
    E0710 "a type that is retired and emitted";
    E0711 "an ingestion source that is two things";
    E0712 "a name or a type that no integration can have";
    E0713 "an outcome that nothing proves";
    E0720 "shards along a type that cannot be divided";
    E0721 "a step that cannot run in shards";
    E0801 "a configuration field of a type the environment cannot carry";
    E0802 "a secret that is not declared as one";
    E0803 "a property that looks like a credential";
    E0804 "a default that its configuration field cannot have";
    E0805 "two choices that are written alike";
    E0806 "two configuration fields that are read from one variable";
}
