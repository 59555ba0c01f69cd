//! What the checker itself finds and what it leaves alone, on made-up crates of a few lines.

use super::circles::{Circle, find_circles};
use super::source::Source;

fn circles(text: &str) -> Vec<Circle> {
    find_circles(&Source::parse(text))
}

/// The children in the only circle of a made-up crate, in order.
fn only_ring(text: &str) -> Vec<String> {
    let circles = circles(text);
    assert_eq!(circles.len(), 1, "{circles:?}");
    circles[0].steps.iter().map(|step| step.from.clone()).collect()
}

#[test]
fn two_modules_that_use_each_other_are_a_circle() {
    let ring = only_ring(
        "mod a { use crate::b::B; pub struct A(B); }
         mod b { pub struct B; fn f() { crate::a::A; } }",
    );
    assert_eq!(ring, ["a", "b"]);
}

#[test]
fn a_circle_is_named_with_its_parent_its_members_and_its_places() {
    let circles = circles(
        "mod store {
           mod page { pub struct Page(super::row::Row); }
           mod row { use super::page::Page; pub struct Row; }
         }",
    );
    assert_eq!(
        circles.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["in crate::store: page -> row (lib.rs:2) -> page (lib.rs:3)"]
    );
}

#[test]
fn a_circle_through_a_re_export_is_found() {
    let ring = only_ring(
        "pub use a::A;
         mod a { pub struct A; fn f() { crate::b::g() } }
         mod b { use crate::A; pub fn g() {} }",
    );
    assert_eq!(ring, ["a", "b"]);
}

#[test]
fn a_circle_through_an_alias_and_a_renamed_re_export_is_found() {
    let ring = only_ring(
        "mod facade { pub use crate::a as first; }
         mod a { pub struct A; fn f() { crate::b::g() } }
         mod b { use crate::facade::first as other; pub fn g() -> other::A { other::A } }",
    );
    assert_eq!(ring, ["a", "b"]);
}

#[test]
fn a_circle_through_globs_is_found() {
    let ring = only_ring(
        "pub use a::*;
         mod a { pub struct A; fn f() { crate::b::g() } }
         mod b { use super::*; pub fn g(_: A) {} }",
    );
    assert_eq!(ring, ["a", "b"]);
}

#[test]
fn a_circle_of_three_is_found_and_a_user_outside_it_is_not_named() {
    let ring = only_ring(
        "mod a { fn f() { super::b::f() } }
         mod b { pub fn f() { super::c::f() } }
         mod c { pub fn f() { super::a::f() } }
         mod outside { fn f() { super::a::f() } }",
    );
    assert_eq!(ring, ["a", "b", "c"]);
}

#[test]
fn a_use_from_deep_inside_counts_for_the_sibling_that_holds_it() {
    let ring = only_ring(
        "mod a { pub mod deep { pub mod deeper { use super::super::super::b::B; } } pub struct A; }
         mod b { pub struct B; mod inner { fn f(_: super::super::a::A) {} } }",
    );
    assert_eq!(ring, ["a", "b"]);
}

#[test]
fn paths_in_macros_attributes_types_and_function_bodies_count() {
    for used in [
        "fn f() { println!(\"{}\", crate::b::NUMBER); }",
        "#[derive(Serialize)] struct S { #[serde(with = \"crate::b::text\")] field: u8 }",
        "fn f(_: Vec<crate::b::B>) {}",
        "fn f() { use crate::b; b::g(); }",
        "impl crate::b::Trait for u8 {}",
    ] {
        let text = format!(
            "pub mod a {{ pub struct A; {used} }}
             pub mod b {{ fn f(_: crate::a::A) {{}} pub struct B; pub const NUMBER: u8 = 1; pub fn g() {{}}
               pub trait Trait {{}} pub mod text {{}} }}"
        );
        assert_eq!(only_ring(&text), ["a", "b"], "{used}");
    }
}

#[test]
fn a_macro_of_the_crate_counts_where_it_is_invoked() {
    let ring = only_ring(
        "#[macro_use] mod a { macro_rules! make { () => { $crate::c::C } } }
         mod b { pub fn f() { make!() } }
         mod c { pub struct C; fn f() { crate::b::f() } }",
    );
    assert_eq!(ring, ["a", "c", "b"]);
}

#[test]
fn an_item_of_the_root_that_its_children_use_is_a_circle_with_the_root() {
    let ring = only_ring(
        "mod a { pub fn f() { crate::SHARED; } }
         const SHARED: u8 = 1;
         fn run() { a::f() }",
    );
    assert_eq!(ring, ["(root)", "a"]);
}

#[test]
fn parents_children_re_exports_and_other_crates_are_no_circle() {
    let found = circles(
        "pub use a::A;
         mod a { mod part { pub struct P(super::A); } pub struct A(serde::b::Value); fn f(_: part::P) {} }
         pub mod b { pub use crate::a::A; pub struct B; }",
    );
    assert_eq!(found, vec![]);
}

#[test]
fn modules_and_functions_of_tests_are_left_out() {
    let found = circles(
        "mod a { pub struct A; #[cfg(test)] mod tests { use crate::b::B; } #[test] fn t() { crate::b::f() } }
         mod b { use crate::a::A; pub struct B; pub fn f() {} }
         #[cfg(all(test, unix))] mod tests { use crate::a::A; }",
    );
    assert_eq!(found, vec![]);
}

#[test]
fn production_lines_leave_out_blanks_comments_and_tests() {
    let source = Source::parse(
        "//! Front page.

/// A doc comment
/// of two lines.
fn f() {
    // a comment
    let text = \"two
lines\";
    /* and
       a long one */
}

#[cfg(test)]
mod tests {
    fn g() {}
}
",
    );
    assert_eq!(source.production_lines(), 4);
}
