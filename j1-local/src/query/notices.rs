//! Decisions on behaviour that JupiterOne does not document. `docs/j1ql.md` lists the same.

use std::borrow::Cow;

use super::options::Notice;

macro_rules! notices {
    ($($name:ident $code:literal $message:literal;)*) => {
        $(pub const $name: Notice = Notice { code: $code, message: Cow::Borrowed($message) };)*
    };
}

notices! {
    NEGATED_ALIAS "negated-alias"
        "An alias inside a negated traversal is undefined here; JupiterOne does not document its value.";
    AFTER_NEGATED "after-negated"
        "Steps after a negated traversal go on from the entities on its left; JupiterOne does not document this.";
    OPTIONAL_LIST "optional-list"
        "Without RETURN, the list has the entities that the query starts from, not those that an optional traversal \
         reaches; JupiterOne does not document this.";
    OPTIONAL_KEPT "optional-kept"
        "Entities before an optional traversal are kept whether or not it matches; JupiterOne's documentation \
         contradicts itself on this.";
    REGEX_CASE "regex-case"
        "A regular expression without the flag i is case-sensitive here; JupiterOne's pages disagree.";
    NEGATED_TEXT "negated-text"
        "A negated comparison of texts holds for an undefined property; JupiterOne documents this for != only.";
    BOOLEAN_TEXT "boolean-text"
        "'true' and true are different values here; JupiterOne does not document a conversion.";
    MONTH_LENGTH "month-length"
        "Months and years are those of the calendar, in UTC; JupiterOne does not document their length.";
    DATE_ZONE "date-zone" "A date without a zone is in UTC; JupiterOne does not document this.";
    TEXT_ORDER "text-order"
        "Texts are compared byte by byte with < and >; JupiterOne documents these for numbers and dates only.";
    NOT_A_NUMBER "not-a-number"
        "A calculation met a value that is not a number and gave undefined; JupiterOne does not document this.";
    NO_VALUE "no-value"
        "A calculation or an aggregate has no value and is null; JupiterOne does not document this.";
    SUM_OF_PATHS "sum-of-paths"
        "sum and avg take an entity once for each path that reaches it; JupiterOne does not document this.";
    WHOLE_ENTITY "whole-entity"
        "A whole entity in a column is an object of its properties; JupiterOne does not document its form.";
    UNIQUE_ALONE "unique-without-return"
        "UNIQUE does nothing without RETURN; JupiterOne may refuse the query.";
    SKIP "skip" "JupiterOne no longer accepts SKIP; it asks for the cursor of the page before instead.";
    SMART_CLASS "smart-class"
        "A smart class is found by the property tags, or tag.<name> = true; JupiterOne evaluates the account's own \
         definition.";
    FULL_TEXT "full-text"
        "Full text finds entities that contain every word, in any case, in any property, the key or the type; JupiterOne does not \
         document its rule.";
    UNWIND_UNDEFINED "unwind-undefined"
        "UNWIND gives no row for an undefined property or an empty list; JupiterOne does not document this.";
    CIDR_UNDEFINED "cidr-undefined"
        "cidr() does not hold for an undefined property, and !cidr() does; JupiterOne's page on it is incomplete.";
    PLACEHOLDER "placeholder"
        "A placeholder in {{ }} has no value and is compared as it is written.";
    SAME_RELATIONSHIP "same-relationship"
        "A path may use one relationship twice, there and back; JupiterOne does not document this.";
    SAME_COLUMN "same-column"
        "Two columns have the same name, and a row of JSON has the value of the last; give each a name with AS. JupiterOne \
         does not document this.";
    SOMEHOW "somehow"
        "SOMEHOW goes over at most 5 relationships, or the number given, and passes no entity twice; an alias of its \
         relationships is undefined. JupiterOne documents this as an alpha feature, without its result.";
    UNKNOWN_NAME "unknown-name"
        "Nothing was found, and no entity or relationship has had one of the classes or types that the query names; check \
         their spelling.";
    TREE_CUT "tree-cut" "The tree is cut off; add filters, or a LIMIT.";
}

/// Says that no entity of the types that were asked for has had a property.
pub fn unknown_property(name: &str) -> Notice {
    let message =
        format!("No entity that the query asks for has had the property `{name}`; check its spelling.");
    Notice { code: "unknown-property", message: message.into() }
}

/// Notices without repetition, in the order they came up.
#[derive(Debug, Default)]
pub struct Notices(Vec<Notice>);

impl Notices {
    pub fn add(&mut self, notice: Notice) {
        if !self.0.contains(&notice) {
            self.0.push(notice);
        }
    }

    pub fn into_vec(self) -> Vec<Notice> {
        self.0
    }
}
