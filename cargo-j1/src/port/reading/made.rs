//! Members of objects that a converter makes itself, and items of lists.

use super::super::conversion::Conversion;
use super::super::ts::{Entry, Expr, Pattern};
use super::{DEEPEST, Scope, nth};

impl Scope<'_> {
    /// Returns an item of a list, the last one as `list.slice(-1)[0]` and `list[list.length - 1]` too; `None` where the index is no
    /// number.
    #[expect(clippy::option_option, reason = "an index that is read, of a list that is not, is no constant")]
    pub(super) fn item_of(&self, list: &Expr, index: &Expr, depth: usize) -> Option<Option<Conversion>> {
        let of =
            |expression: &Expr, at: i64| self.conversion(expression, depth + 1).map(|list| nth(list, at));
        match (list, index) {
            (Expr::Call(called, arguments), Expr::Number(first)) if first == "0" => {
                match (called.as_ref(), arguments.as_slice()) {
                    (Expr::Member(list, slice), [Expr::Number(last)]) if slice == "slice" && last == "-1" => {
                        Some(of(list, -1))
                    }
                    _ => Some(of(list, 0)),
                }
            }
            (_, Expr::Number(number)) => Some(number.parse().ok().and_then(|at| of(list, at))),
            (Expr::Name(name), Expr::Binary("-", length, back)) => match (length.as_ref(), back.as_ref()) {
                (Expr::Member(of_what, length), Expr::Number(back))
                    if length == "length" && matches!(of_what.as_ref(), Expr::Name(own) if own == name) =>
                {
                    Some(back.parse::<i64>().ok().and_then(|back| of(list, -back)))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns a member of an object that the function itself makes, or one that it calls.
    pub(super) fn made_member(&self, object: &Expr, name: &str, depth: usize) -> Option<Conversion> {
        match self.member_of(object, name, depth) {
            Some(member) => self.conversion(&member, depth + 1),
            None => self.member_of_call(object, name, depth),
        }
    }

    /// Returns what a local name stands for.
    pub(super) fn local(&self, name: &str) -> Option<&Expr> {
        let is_it =
            |(pattern, _): &&(Pattern, Expr)| matches!(pattern, Pattern::Name(local) if local == name);
        self.locals.iter().find(is_it).map(|(_, value)| value)
    }

    /// Returns the member of an object that the function itself makes, such as `const data = { ...user, tags: [] }`.
    pub(super) fn member_of(&self, object: &Expr, name: &str, depth: usize) -> Option<Expr> {
        if depth > DEEPEST {
            return None;
        }
        let member = |object: &Expr| self.member_of(object, name, depth + 1);
        match object {
            Expr::Name(own) => {
                member(self.local(own).filter(|value| matches!(value, Expr::Object(_) | Expr::Choice(..)))?)
            }
            Expr::Member(outer, own) => member(&self.member_of(outer, own, depth + 1)?),
            Expr::Choice(condition, yes, no) => {
                let side = |side: &Expr| match side {
                    Expr::Null => Some(Expr::Null),
                    side => member(side),
                };
                Some(Expr::Choice(condition.clone(), Box::new(side(yes)?), Box::new(side(no)?)))
            }
            Expr::Object(entries) => {
                // What is spread behind it, and names that are computed, may be the same member.
                let is_meant = |entry: &&Entry| entry.name().is_none_or(|own| own == name);
                let meant: Vec<&Entry> = entries.iter().filter(is_meant).collect();
                match meant.as_slice() {
                    [.., last] if last.name().is_some() => Some(last.value.clone()),
                    [spread] if spread.key.is_none() => {
                        let spread = &spread.value;
                        Some(
                            member(spread)
                                .unwrap_or_else(|| Expr::Member(Box::new(spread.clone()), name.to_owned())),
                        )
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}
