use super::*;
use crate::plan::testing;

#[test]
fn base64_is_the_common_one() {
    for (bytes, text) in [
        ("", ""),
        ("f", "Zg=="),
        ("fo", "Zm8="),
        ("foo", "Zm9v"),
        ("foob", "Zm9vYg=="),
    ] {
        assert_eq!(base64(bytes.as_bytes()), text);
    }
}

/// Markup in a plan's title stays text; nothing is left to fill in; the policy allows these two texts and no other.
#[test]
fn the_page_holds_what_it_needs_and_allows_no_more() {
    let mut plan = testing::plan(1);
    plan.title = "民生实事<script>&{{core}}".to_owned();
    plan.briefing.telephone = Some("023-0000 0000".to_owned());
    let page = String::from_utf8(write(&plan, b"plan")).unwrap();
    assert!(page.contains("民生实事&lt;script&gt;&amp;{{core}}"));
    assert!(page.contains("，电话023-0000 0000"));
    let style = &page[page.find("<style>").unwrap() + 7..page.find("</style>").unwrap()];
    let script = &page[page.rfind("<script>").unwrap() + 8..page.rfind("</script>").unwrap()];
    let policy = page.split("Policy\" content=\"").nth(1).unwrap();
    let policy = policy.split('"').next().unwrap();
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(
        policy.contains(&hash(style)) && policy.contains(&hash(script)),
        "{policy}"
    );
    assert!(
        !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
        "{policy}"
    );
    assert!(page.len() <= 2_000_000, "{} bytes", page.len());
    plan.briefing.telephone = None;
    assert!(
        !String::from_utf8(write(&plan, b""))
            .unwrap()
            .contains("电话")
    );
}
