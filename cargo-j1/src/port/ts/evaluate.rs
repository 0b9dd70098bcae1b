//! The values of constant expressions: what objects, lists, templates, and calls of small functions come to.

use std::cell::Cell;
use std::path::Path;

use super::scope::{DEEPEST, Literal, Tree};
use super::syntax::{Entry, Expr, Function, Pattern};

/// The names that an expression sees.
struct Scope<'s> {
    tree: &'s Tree,
    file: &'s Path,
    /// Parameters and declarations of the function that it stands in.
    locals: Vec<(String, Literal)>,
    depth: usize,
    /// The number of values and bytes of text that may still be made.
    left: &'s Cell<usize>,
}

/// The most values and bytes of text that are made for one expression: constants that spread each other grow without end.
const MOST: usize = 1_000_000;

impl Tree {
    /// Returns the value of an expression, where it is a constant.
    pub fn value(&self, file: &Path, expression: &Expr) -> Option<Literal> {
        let left = Cell::new(MOST);
        let value = Scope { tree: self, file, locals: Vec::new(), depth: 0, left: &left }.value(expression);
        // What is left out of a value for want of room would be missing without a word.
        value.filter(|_| left.get() > 0)
    }
}

impl Scope<'_> {
    fn value(&self, expression: &Expr) -> Option<Literal> {
        if self.depth > DEEPEST || !self.spend(1) {
            return None;
        }
        let value = self.value_of(expression)?;
        self.spend(weight(&value)).then_some(value)
    }

    /// Takes from what may still be made; `false` where nothing is left.
    fn spend(&self, made: usize) -> bool {
        self.left.set(self.left.get().saturating_sub(made));
        self.left.get() > 0
    }

    fn value_of(&self, expression: &Expr) -> Option<Literal> {
        let inner = Scope { locals: self.locals.clone(), depth: self.depth + 1, ..*self };
        let of = |expression: &Expr| inner.value(expression);
        Some(match expression {
            Expr::Text(text) => Literal::Text(text.clone()),
            Expr::Number(number) => Literal::Number(number.clone()),
            Expr::Bool(truth) => Literal::Bool(*truth),
            Expr::Null => Literal::Null,
            Expr::Template(parts) => template(parts, of)?,
            Expr::Name(name) => self.named(name)?,
            Expr::Member(of_what, name) => match of_what.as_ref() {
                // The SDK's own enums have their names as values.
                Expr::Name(sdk) if sdk == "RelationshipClass" || sdk == "RelationshipDirection" => {
                    Literal::Text(name.clone())
                }
                _ => match self.member(expression) {
                    Some((scope, member)) => scope.value(member)?,
                    None => of(of_what)?.get(name)?.clone(),
                },
            },
            Expr::Index(of_what, index) => match (of(of_what)?, of(index)?) {
                (value, Literal::Text(name)) => value.get(&name)?.clone(),
                // `const [Metadata, assign] = createEntityMetadata({ … })`
                (value @ Literal::Object(_), Literal::Number(first))
                    if first == "0" && matches!(of_what.as_ref(), Expr::Call(..)) =>
                {
                    value
                }
                (Literal::List(items), Literal::Number(index)) => {
                    items.get(index.parse::<usize>().ok()?)?.clone()
                }
                _ => return None,
            },
            Expr::Object(entries) => object(entries, of),
            Expr::List(items) => list(items, of)?,
            Expr::Binary("+", left, right) => {
                Literal::Text(format!("{}{}", of(left)?.text()?, of(right)?.text()?))
            }
            Expr::Binary("??" | "||", left, right) => {
                of(left).filter(|left| *left != Literal::Null).or_else(|| of(right))?
            }
            Expr::Call(callee, arguments) => match inner.called(callee, arguments) {
                Some(value) => value,
                // `createEntityMetadata({ … })` and `Object.freeze({ … })` describe what they are given.
                None => match arguments.first() {
                    Some(first @ (Expr::Object(_) | Expr::List(_))) => of(first)?,
                    _ => return None,
                },
            },
            _ => return None,
        })
    }

    /// Returns the expression that a path such as `Types.USER._type` leads to, and what it sees: the rest of a large object of
    /// constants is not evaluated for one of its members. `None` where it takes more than objects that are written out.
    fn member<'e>(&'e self, path: &'e Expr) -> Option<(Scope<'e>, &'e Expr)> {
        let depth = self.depth + 1;
        if depth > DEEPEST || !self.spend(1) {
            return None;
        }
        match path {
            Expr::Name(name) if self.locals.iter().all(|(known, _)| known != name) => {
                let (file, name) = self.tree.place(self.file, name)?;
                let scope = Scope { tree: self.tree, file, locals: Vec::new(), depth, left: self.left };
                Some((scope, self.tree.constant(file, name)?))
            }
            Expr::Member(of_what, name) => {
                let (scope, object) = self.member(of_what)?;
                let Expr::Object(entries) = object else { return None };
                // What is spread behind it, and names that are computed, may be the same member.
                let is_meant = |entry: &&Entry| entry.name().is_none_or(|own| own == name);
                let entry = entries.iter().rev().find(is_meant).filter(|entry| entry.name().is_some())?;
                Some((Scope { depth, ..scope }, &entry.value))
            }
            _ => None,
        }
    }

    fn named(&self, name: &str) -> Option<Literal> {
        if let Some((_, value)) = self.locals.iter().rev().find(|(known, _)| known == name) {
            return Some(value.clone());
        }
        let (file, name) = self.tree.place(self.file, name)?;
        let expression = self.tree.constant(file, name)?;
        let depth = self.depth + 1;
        Scope { tree: self.tree, file, locals: Vec::new(), depth, left: self.left }.value(expression)
    }

    /// Returns what a call comes to: `types.map(..)`, `Object.values(..)`, or a function of the integration whose arguments are
    /// constants.
    fn called(&self, callee: &Expr, arguments: &[Expr]) -> Option<Literal> {
        match callee {
            Expr::Member(of_what, name) if name == "map" || name == "flatMap" => {
                let (file, function) = match arguments {
                    [Expr::Function(function)] => (self.file, function.as_ref()),
                    [Expr::Name(name)] => self.tree.function(self.file, name)?,
                    _ => return None,
                };
                let Literal::List(items) = self.value(of_what)? else { return None };
                let each = |item: &Literal| self.returned(file, function, std::slice::from_ref(item));
                let mapped: Vec<Literal> = items.iter().map(each).collect::<Option<_>>()?;
                Some(Literal::List(if name == "flatMap" { flat(mapped) } else { mapped }))
            }
            Expr::Member(of_what, name) if name == "concat" => {
                let Literal::List(mut items) = self.value(of_what)? else { return None };
                for argument in arguments {
                    let more = match argument {
                        Expr::Spread(inner) => self.value(inner)?.items().to_vec(),
                        one => vec![self.value(one)?],
                    };
                    items.extend(flat(more));
                }
                Some(Literal::List(items))
            }
            Expr::Member(of_what, name)
                if name == "values" && matches!(of_what.as_ref(), Expr::Name(name) if name == "Object") =>
            {
                let [of_what] = arguments else { return None };
                let Literal::Object(members) = self.value(of_what)? else { return None };
                Some(Literal::List(members.into_iter().map(|(_, value)| value).collect()))
            }
            Expr::Name(name) => {
                let given: Option<Vec<Literal>> = arguments.iter().map(|one| self.value(one)).collect();
                let given = given?;
                match self.tree.function(self.file, name) {
                    Some((file, function)) => self.returned(file, function, &given),
                    None => self.helped(name, &given),
                }
            }
            _ => None,
        }
    }

    /// Returns what a function of the SDK's `createIntegrationHelpers` gives: `createEntityType('user')` is `acme_user`.
    fn helped(&self, name: &str, given: &[Literal]) -> Option<Literal> {
        let (file, name) = self.tree.place(self.file, name)?;
        let Expr::Member(made, method) = self.tree.constant(file, name)? else { return None };
        let Expr::Call(maker, settings) = made.as_ref() else { return None };
        let is_helper = matches!(maker.as_ref(), Expr::Name(name) if name == "createIntegrationHelpers");
        if !is_helper || method != "createEntityType" {
            return None;
        }
        let scope =
            Scope { tree: self.tree, file, locals: Vec::new(), depth: self.depth + 1, left: self.left };
        let integration = scope.value(settings.first()?)?.get("integrationName")?.text()?.to_owned();
        Some(Literal::Text(format!("{integration}_{}", given.first()?.text()?)))
    }

    /// Returns what a function returns for these arguments, if it has one `return`.
    fn returned(&self, file: &Path, function: &Function, given: &[Literal]) -> Option<Literal> {
        let returned = function.returns.first()?;
        let many = function.returns.len();
        if many != 1 && many != 1 + returns_in(returned) {
            return None;
        }
        // A function that stands in another one sees the names of that.
        let locals = if file == self.file { self.locals.clone() } else { Vec::new() };
        let mut scope = Scope { tree: self.tree, file, locals, depth: self.depth + 1, left: self.left };
        for (pattern, value) in function.parameters.iter().zip(given) {
            scope.bind(pattern, value);
        }
        for (pattern, value) in &function.locals {
            if let Some(value) = scope.value(value) {
                scope.bind(pattern, &value);
            }
        }
        scope.value(returned)
    }

    fn bind(&mut self, pattern: &Pattern, value: &Literal) {
        match pattern {
            Pattern::Name(name) => self.locals.push((name.clone(), value.clone())),
            Pattern::Members(members) => {
                for (member, local) in members {
                    let value = value.get(member).cloned().unwrap_or(Literal::Null);
                    self.locals.push((local.clone(), value));
                }
            }
            Pattern::Items(items) => {
                for (at, local) in items {
                    let value = value.items().get(*at).cloned().unwrap_or(Literal::Null);
                    self.locals.push((local.clone(), value));
                }
            }
            Pattern::Other => {}
        }
    }
}

/// Returns how much of the budget a value takes: its parts, and the bytes of its texts.
fn weight(value: &Literal) -> usize {
    match value {
        Literal::Text(text) | Literal::Number(text) => 1 + text.len() / 16,
        Literal::List(items) => 1 + items.iter().map(weight).sum::<usize>(),
        Literal::Object(members) => 1 + members.iter().map(|(_, value)| 1 + weight(value)).sum::<usize>(),
        Literal::Null | Literal::Bool(_) => 1,
    }
}

/// Returns the items of lists among these, and the others as they are.
fn flat(items: Vec<Literal>) -> Vec<Literal> {
    let one = |item| match item {
        Literal::List(items) => items,
        item => vec![item],
    };
    items.into_iter().flat_map(one).collect()
}

/// Returns the number of `return`s of the functions in an expression.
fn returns_in(expression: &Expr) -> usize {
    match expression {
        Expr::Call(callee, arguments) => returns_in(callee) + arguments.iter().map(returns_in).sum::<usize>(),
        Expr::Member(inner, _) => returns_in(inner),
        Expr::Function(function) => function.returns.len(),
        _ => 0,
    }
}

/// Returns the text of a template, each part of which is a constant.
fn template(parts: &[(String, Option<Expr>)], of: impl Fn(&Expr) -> Option<Literal>) -> Option<Literal> {
    let mut text = String::new();
    for (part, code) in parts {
        text += part;
        match code.as_ref().map(&of) {
            None => {}
            Some(Some(Literal::Text(part) | Literal::Number(part))) => text += &part,
            Some(_) => return None,
        }
    }
    Some(Literal::Text(text))
}

/// Returns an object with those of its members that are constants.
fn object(entries: &[Entry], of: impl Fn(&Expr) -> Option<Literal>) -> Literal {
    let mut members = Vec::new();
    for entry in entries {
        match &entry.key {
            None => {
                if let Some(Literal::Object(more)) = of(&entry.value) {
                    members.extend(more);
                }
            }
            Some(key) => {
                let value = of(&entry.value);
                members.extend(of(key).and_then(|key| Some((key.text()?.to_owned(), value?))));
            }
        }
    }
    Literal::Object(members)
}

/// Returns a list with those of its items that are constants; a spread must be one.
fn list(items: &[Expr], of: impl Fn(&Expr) -> Option<Literal>) -> Option<Literal> {
    let mut all = Vec::new();
    for item in items {
        match item {
            Expr::Spread(inner) => all.extend(of(inner)?.items().to_vec()),
            item => all.extend(of(item)),
        }
    }
    Some(Literal::List(all))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Tested = Result<(), Box<dyn std::error::Error>>;

    /// Returns the value of a constant of the first of these files.
    fn value(files: &[(&str, String)], name: &str) -> Result<Option<Literal>, Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        for (file, text) in files {
            std::fs::write(folder.path().join(file), text)?;
        }
        let tree = Tree::read(folder.path())?;
        Ok(tree.value(&folder.path().join(files[0].0), &Expr::Name(name.to_owned())))
    }

    #[test]
    fn lists_that_are_put_together_are_read() -> Tested {
        let text = "const types = [{ type: 'user', on: ['a'] }, { type: 'group', on: [] }];
            function shown(item) { return `x_${item.type}`; }
            export const on = ([] as string[]).concat(...types.map((t) => t.on), 'b');
            export const names = types.map(shown);
            export const flat = types.flatMap((t) => [t.type, t.type]);";
        let of = |name: &str| value(&[("a.ts", text.to_owned())], name);
        let texts = |all: &[&str]| {
            Some(Literal::List(all.iter().map(|one| Literal::Text((*one).to_owned())).collect()))
        };
        assert_eq!(of("on")?, texts(&["a", "b"]));
        assert_eq!(of("names")?, texts(&["x_user", "x_group"]));
        assert_eq!(of("flat")?, texts(&["user", "user", "group", "group"]));
        Ok(())
    }

    #[test]
    fn constants_that_grow_without_end_are_not_read() -> Tested {
        let lists = (1..20).map(|n| format!("const a{n} = [{}];", format!("...a{},", n - 1).repeat(8)));
        let texts = (1..60).map(|n| format!("const t{n} = t{0} + t{0};", n - 1));
        let texts =
            format!("function grow() {{ const t0 = 'abcdefgh'; {} return t59; }}", texts.collect::<String>());
        let text = format!("const a0 = [1];{}{texts} const b = grow();", lists.collect::<String>());
        for name in ["a19", "b"] {
            assert_eq!(value(&[("a.ts", text.clone())], name)?, None, "{name}");
        }
        assert!(value(&[("a.ts", text)], "a2")?.is_some());
        Ok(())
    }

    #[test]
    fn files_that_export_each_other_are_read_once() -> Tested {
        let all: String = (0..24).map(|n| format!("export * from './f{n}';\n")).collect();
        let files: Vec<(String, String)> = (0..24).map(|n| (format!("f{n}.ts"), all.clone())).collect();
        let mut files: Vec<(&str, String)> =
            files.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
        files[23].1 += "export const there = 'yes';";
        assert_eq!(value(&files, "nowhere")?, None);
        assert_eq!(value(&files, "there")?, Some(Literal::Text("yes".to_owned())));
        Ok(())
    }
}
