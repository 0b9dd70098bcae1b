//! Paths with a parameter that takes one of a few words: `/labels/{ownerType}/{ownerId}` has a list for each kind of owner.

use std::collections::BTreeSet;

use crate::infer::left_out::LeftOut;
use crate::infer::owners::stem;
use crate::infer::resource::{Hole, words_of};
use crate::infer::{identity, words};
use crate::new::escape::code;

use super::is_one;
use super::list::List;

/// The most words that a path is written out for.
const MOST: usize = 8;

/// Last words of parameters that choose a kind of thing, rather than a form or a time.
const KINDS: [&str; 5] = ["type", "kind", "category", "scope", "class"];

/// Writes out the lists whose paths choose a kind of thing. Kinds of owners that no list gives are left out with the reason.
pub fn write_out(lists: Vec<List>, left_out: &mut Vec<LeftOut>) -> Vec<List> {
    let all = lists.iter().filter(|list| !is_one(&list.path));
    let things: BTreeSet<String> = all.filter_map(|list| list.words.first().cloned()).collect();
    lists.into_iter().flat_map(|list| of_each(list, &things, left_out)).collect()
}

/// Returns a list for each word that its path may have; the list itself where it has no such choice, or is left out anyway.
fn of_each(list: List, things: &BTreeSet<String>, left_out: &mut Vec<LeftOut>) -> Vec<List> {
    let Some(at) = list.holes.iter().position(chooses) else { return vec![list] };
    let hole = &list.holes[at];
    let owner = list.holes.get(at + 1).filter(|owner| is_chosen(hole, owner)).cloned();
    let (known, unknown): (Vec<String>, Vec<String>) =
        hole.words.iter().cloned().partition(|word| owner.is_none() || things.contains(&thing(word)));
    let is_kept =
        || list.clone().resource(false).is_ok_and(|one| !one.once && identity::key(&one, things).is_some());
    if known.is_empty() || !is_kept() {
        return vec![list];
    }
    if !unknown.is_empty() {
        let unknown: Vec<String> = unknown.iter().map(|word| code(word)).collect();
        left_out.push(LeftOut::new(
            code(&format!("GET /{}", list.path)),
            format!("no list gives what its {} calls {}", code(&hole.name), unknown.join(", ")),
        ));
    }
    known.iter().map(|word| written(&list, at, word, owner.as_ref())).collect()
}

/// Returns `true` for a parameter that chooses a kind of thing, of which a document names all.
fn chooses(hole: &Hole) -> bool {
    let plain = |word: &String| {
        !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
    };
    let name = words::snake(&hole.name).unwrap_or_default();
    let kind = name.rsplit('_').next().is_some_and(|last| KINDS.contains(&last));
    kind && (1..=MOST).contains(&hole.words.len()) && hole.words.iter().all(plain)
}

/// Returns `true` for the `{ownerId}` right behind an `{ownerType}`.
fn is_chosen(kind: &Hole, hole: &Hole) -> bool {
    let own = stem(hole);
    let of_kind = words::snake(&kind.name).unwrap_or_default();
    let thing = of_kind.rsplit_once('_').map_or("", |(head, _)| head);
    let is_next = hole.before == format!("{}{{{}}}/", kind.before, kind.name);
    is_next && !thing.is_empty() && (own == thing || own.ends_with(&format!("_{thing}")))
}

/// Returns the thing that a word names.
fn thing(word: &str) -> String {
    words::singular(&words::snake(word).unwrap_or_default())
}

/// Returns the list for one word.
fn written(list: &List, at: usize, word: &str, owner: Option<&Hole>) -> List {
    let hole = &list.holes[at];
    let before = format!("{}{{{}}}", hole.before, hole.name);
    let own = format!("{}_id", thing(word));
    let swap = |text: &str| {
        let Some(rest) = text.strip_prefix(&before) else { return text.to_owned() };
        let rest = match owner {
            Some(owner) => rest.replacen(&format!("{{{}}}", owner.name), &format!("{{{own}}}"), 1),
            None => rest.to_owned(),
        };
        format!("{}{word}{rest}", hole.before)
    };
    let mut chosen = list.clone();
    chosen.holes.remove(at);
    for other in &mut chosen.holes {
        other.before = swap(&other.before);
    }
    chosen.path = swap(&list.path);
    if owner.is_some() {
        chosen.holes[at].name = own;
        if let Some(first) = chosen.words.first_mut() {
            chosen.named = Some(first.clone());
            *first = format!("{}_{first}", thing(word));
        }
    } else {
        chosen.words = words_of(&chosen.path);
    }
    chosen
}
