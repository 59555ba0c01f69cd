//! Canonical forms, each expectation derived by hand from the rules.

use proptest::prelude::*;
use tally_atlassian::qsh::{CONTEXT_QSH, QueryHash, SignedRequest, canonical_forms};

use crate::support::hash;

fn forms(method: &str, target: &str, base_path: &str) -> Vec<String> {
    canonical_forms(&SignedRequest::new(method, target), base_path)
}

fn assert_form(method: &str, target: &str, base_path: &str, expected: &str) {
    assert_eq!(
        forms(method, target, base_path),
        [expected],
        "{method} {target} below {base_path:?}"
    );
    let request = SignedRequest::new(method, target);
    assert_eq!(QueryHash::sign(&request, base_path), hash(expected));
    assert!(QueryHash::matches(&request, base_path, &hash(expected)));
}

#[test]
fn the_examples_of_the_reference_hold() {
    assert_form(
        "GET",
        "/path/to/service?zee_last=param&repeated=parameter 1&first=param&repeated=parameter 2",
        "",
        "GET&/path/to/service&first=param&repeated=parameter%201,parameter%202&zee_last=param",
    );
    assert_form("POST", "/installed/", "", "POST&/installed&");
    assert_form("GET", "/jira/issue?x=1", "/jira", "GET&/issue&x=1");
    assert_form("GET", "/a?q=a+b", "", "GET&/a&q=a%20b");
    assert_form("GET", "/a?q=a%20b", "", "GET&/a&q=a%20b");
    assert_form("GET", "/a?q=%7Etilde%2Astar", "", "GET&/a&q=~tilde%2Astar");
    assert_form("GET", "/a?b&b=1", "", "GET&/a&b=,1");
    assert_form("GET", "/a&b=1?x=y", "", "GET&/a%26b=1&x=y");
    assert_form("GET", "/", "", "GET&/&");
}

#[test]
fn the_hashes_of_the_reference_hold() {
    let installed = SignedRequest::new("POST", "/installed/");
    let root = SignedRequest::new("GET", "/");
    assert_eq!(
        QueryHash::sign(&installed, ""),
        "4a2e1de8ca74e6cafe8862d332fa3ac7a8e51e692bc6d798ea4dfedc14948bf4"
    );
    assert_eq!(
        QueryHash::sign(&root, ""),
        "c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239"
    );
}

#[test]
fn the_method_counts_in_upper_case() {
    assert_form("post", "/a", "", "POST&/a&");
}

#[test]
fn the_path_is_taken_as_received() {
    assert_form("GET", "/a//b", "", "GET&/a//b&");
    assert_form("GET", "/a//", "", "GET&/a/&");
    assert_form("GET", "/a%2fb%2Fc", "", "GET&/a%2fb%2Fc&");
    assert_form("GET", "/a/../b", "", "GET&/a/../b&");
    assert_form("GET", "/a;b=c,d", "", "GET&/a;b=c,d&");
    assert_form("GET", "/ü", "", "GET&/ü&");
    assert_form("GET", "", "", "GET&/&");
    assert_form("GET", "?a=b", "", "GET&/&a=b");
}

#[test]
fn the_base_path_is_a_plain_prefix_with_or_without_a_slash_at_its_end() {
    for base in ["/jira", "/jira/"] {
        assert_form("GET", "/jira", base, "GET&/&");
        assert_form("GET", "/jira/", base, "GET&/&");
        assert_form("GET", "/jira/a/", base, "GET&/a&");
        assert_form("GET", "/jirafoo", base, "GET&/foo&");
        assert_form("GET", "/other/jira", base, "GET&/other/jira&");
        assert_form("GET", "/jira/jira/a", base, "GET&/jira/a&");
    }
    assert_form("GET", "/a", "/", "GET&/a&");
}

#[test]
fn the_query_is_read_as_a_form() {
    assert_form("GET", "/a?", "", "GET&/a&");
    assert_form("GET", "/a?&&x=1&", "", "GET&/a&x=1");
    assert_form("GET", "/a?x", "", "GET&/a&x=");
    assert_form("GET", "/a?x=", "", "GET&/a&x=");
    assert_form("GET", "/a?=v", "", "GET&/a&=v");
    assert_form("GET", "/a?x=1=2", "", "GET&/a&x=1%3D2");
    assert_form("GET", "/a?x=1?y=2", "", "GET&/a&x=1%3Fy%3D2");
    assert_form("GET", "/a?x=1;y=2", "", "GET&/a&x=1%3By%3D2");
    assert_form("GET", "/a?x=%zz", "", "GET&/a&x=%25zz");
    assert_form("GET", "/a?x=%ff", "", "GET&/a&x=%EF%BF%BD");
    assert_form("GET", "/a?a[]=1&a[]=2", "", "GET&/a&a%5B%5D=1,2");
    assert_form("GET", "/a?__proto__=1", "", "GET&/a&__proto__=1");
}

#[test]
fn only_unreserved_characters_stay_as_they_are() {
    assert_form("GET", "/a?x=AZaz09-._~", "", "GET&/a&x=AZaz09-._~");
    assert_form("GET", "/a?x=!'()*", "", "GET&/a&x=%21%27%28%29%2A");
    assert_form("GET", "/a?x=ü€😀", "", "GET&/a&x=%C3%BC%E2%82%AC%F0%9F%98%80");
    assert_form("GET", "/a?x=%c3%bc", "", "GET&/a&x=%C3%BC");
}

#[test]
fn repeated_parameters_are_sorted_as_text_and_joined_by_commas() {
    assert_form("GET", "/a?x=10&x=2&x=1", "", "GET&/a&x=1,10,2");
    assert_form("GET", "/a?x=1&x=1", "", "GET&/a&x=1,1");
    assert_form("GET", "/a?x=a,b&x=a", "", "GET&/a&x=a,a%2Cb");
    // Sorted before they are encoded: `~` comes after `a`, and `%7B` (which is `{`) would come
    // before it.
    assert_form("GET", "/a?x=%7B&x=a", "", "GET&/a&x=a,%7B");
}

#[test]
fn parameters_are_sorted_by_name_capitals_first() {
    assert_form("GET", "/a?b=1&a=1&B=1&A=1", "", "GET&/a&A=1&B=1&a=1&b=1");
    assert_form("GET", "/a?ab=1&a=2", "", "GET&/a&a=2&ab=1");
}

#[test]
fn the_token_is_not_part_of_what_it_signs_but_other_spellings_are() {
    assert_form("GET", "/a?jwt=x.y.z&b=1", "", "GET&/a&b=1");
    assert_form("GET", "/a?jwt=x&jwt=y", "", "GET&/a&");
    assert_form("GET", "/a?JWT=x", "", "GET&/a&JWT=x");
    assert_form("GET", "/a?%6Awt=x", "", "GET&/a&");
}

#[test]
fn both_sort_orders_are_accepted_and_the_encoded_one_is_made() {
    // `{` sorts after `a` as a character and before it as `%7B`.
    let request = SignedRequest::new("GET", "/x?a=1&%7B=2");
    let (encoded, raw) = ("GET&/x&%7B=2&a=1", "GET&/x&a=1&%7B=2");
    assert_eq!(canonical_forms(&request, ""), [encoded, raw]);
    assert_eq!(QueryHash::sign(&request, ""), hash(encoded));
    assert!(QueryHash::matches(&request, "", &hash(encoded)));
    assert!(QueryHash::matches(&request, "", &hash(raw)));
}

#[test]
fn the_raw_order_is_that_of_utf_16_code_units() {
    // U+1F600 begins with the surrogate D83D, which is below U+FF5E; as code points the order is
    // the other way.
    let request = SignedRequest::new("GET", "/x?😀=1&～=2");
    let raw = "GET&/x&%F0%9F%98%80=1&%EF%BD%9E=2";
    let encoded = "GET&/x&%EF%BD%9E=2&%F0%9F%98%80=1";
    assert_eq!(canonical_forms(&request, ""), [encoded, raw]);
}

#[test]
fn a_claim_that_is_not_the_hash_does_not_match() {
    let request = SignedRequest::new("GET", "/a?x=1");
    let right = QueryHash::sign(&request, "");
    for wrong in [
        "",
        CONTEXT_QSH,
        &right[..63],
        &right.to_uppercase(),
        &format!("{right} "),
        &hash("GET&/a&x=2"),
    ] {
        assert!(!QueryHash::matches(&request, "", wrong), "{wrong}");
    }
    assert!(!QueryHash::matches(
        &SignedRequest::new("POST", "/a?x=1"),
        "",
        &right
    ));
    assert!(!QueryHash::matches(
        &SignedRequest::new("GET", "/b?x=1"),
        "",
        &right
    ));
}

const FORM: Option<&str> = Some("application/x-www-form-urlencoded; charset=UTF-8");

#[test]
fn a_form_body_may_stand_in_for_an_empty_query() {
    let request = SignedRequest::new("POST", "/a?jwt=x.y.z").with_form_body(FORM, b"b=2&a=1&jwt=t");
    assert_eq!(canonical_forms(&request, ""), ["POST&/a&", "POST&/a&a=1&b=2"]);
    assert!(QueryHash::matches(&request, "", &hash("POST&/a&a=1&b=2")));
    assert!(QueryHash::matches(&request, "", &hash("POST&/a&")));
}

#[test]
fn a_form_body_does_not_count_beside_a_query_or_without_its_content_type_or_method() {
    let body = b"a=1".as_slice();
    let without = |request: SignedRequest<'_>, expected: &str| {
        assert_eq!(canonical_forms(&request, ""), [expected]);
    };
    without(
        SignedRequest::new("POST", "/a?q=1").with_form_body(FORM, body),
        "POST&/a&q=1",
    );
    without(
        SignedRequest::new("GET", "/a").with_form_body(FORM, body),
        "GET&/a&",
    );
    without(
        SignedRequest::new("DELETE", "/a").with_form_body(FORM, body),
        "DELETE&/a&",
    );
    without(
        SignedRequest::new("POST", "/a").with_form_body(None, body),
        "POST&/a&",
    );
    without(
        SignedRequest::new("POST", "/a").with_form_body(Some("application/json"), body),
        "POST&/a&",
    );
    without(
        SignedRequest::new("POST", "/a").with_form_body(Some("multipart/form-data"), body),
        "POST&/a&",
    );
}

/// Pairs whose names and values hold what queries are full of, encoded.
fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    let text = "[a-zA-Z0-9 ,;&=%+~{}ü😀\\[\\]*'()!-]{0,6}";
    proptest::collection::vec((text, text), 0..6)
}

fn query(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

fn sign(target: &str) -> String {
    QueryHash::sign(&SignedRequest::new("GET", target), "")
}

proptest! {
    #[test]
    fn the_order_of_parameters_does_not_matter(pairs in pairs(), turn in 0_usize..6) {
        let mut turned = pairs.clone();
        turned.rotate_left(turn.min(pairs.len()));
        turned.reverse();
        prop_assert_eq!(sign(&format!("/a?{}", query(&pairs))), sign(&format!("/a?{}", query(&turned))));
    }

    #[test]
    fn the_token_never_matters_wherever_it_stands(pairs in pairs(), token in "[a-z.]{1,20}", index in 0_usize..6) {
        let without = query(&pairs);
        let mut with = pairs.clone();
        with.insert(index.min(pairs.len()), ("jwt".to_owned(), token));
        prop_assert_eq!(sign(&format!("/a?{without}")), sign(&format!("/a?{}", query(&with))));
    }

    #[test]
    fn how_a_value_is_percent_encoded_does_not_matter(value in "[a-zA-Z0-9 ü😀&=+,]{0,12}") {
        let every_byte: String = value.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let usual = query(&[("x".to_owned(), value)]);
        prop_assert_eq!(sign(&format!("/a?{usual}")), sign(&format!("/a?x={every_byte}")));
    }

    #[test]
    fn the_canonical_query_is_its_own_canonical_form(names in proptest::collection::btree_set("[a-zü{~ ]{0,4}", 0..5)) {
        let pairs: Vec<_> = names.into_iter().filter(|name| name != "jwt").map(|name| (name, "v &".to_owned())).collect();
        let first = forms("GET", &format!("/a?{}", query(&pairs)), "").remove(0);
        let canonical = first.strip_prefix("GET&/a&").unwrap().to_owned();
        let again = forms("GET", &format!("/a?{canonical}"), "").remove(0);
        prop_assert_eq!(first, again);
    }

    #[test]
    fn what_is_signed_matches_and_nothing_else_does(pairs in pairs(), other in pairs()) {
        let (target, other_target) = (format!("/a?{}", query(&pairs)), format!("/a?{}", query(&other)));
        let request = SignedRequest::new("GET", &target);
        let other_request = SignedRequest::new("GET", &other_target);
        prop_assert!(QueryHash::matches(&request, "", &QueryHash::sign(&request, "")));
        let same = forms("GET", &target, "")[0] == forms("GET", &other_target, "")[0];
        prop_assert_eq!(QueryHash::matches(&other_request, "", &QueryHash::sign(&request, "")), same);
    }

    #[test]
    fn no_target_makes_it_panic(method in ".{0,8}", target in ".{0,60}", base in ".{0,10}", claim in ".{0,70}") {
        let request = SignedRequest::new(&method, &target);
        let signed = QueryHash::sign(&request, &base);
        prop_assert!(QueryHash::matches(&request, &base, &signed));
        prop_assert_eq!(QueryHash::matches(&request, &base, &claim), claim == signed);
    }
}
