//! Files as people have them: how the server reads them, shows that beforehand, and gives back what
//! it refused.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tally_tests::app::{Caller, TestApp, answered, refused};
use tally_tests::doubles::Person;
use tally_tests::waiting::eventually;

fn post_file(caller: &Caller, path: &str, file: impl Into<Vec<u8>>) -> RequestBuilder {
    let request = caller.request(Method::POST, path);
    request.header("Content-Type", "text/csv").body(file.into())
}

/// Imports a file to its end; the import and its rows.
async fn import(caller: &Caller, query: &str, file: impl Into<Vec<u8>>) -> (Value, Vec<Value>) {
    let started = answered(post_file(caller, &format!("/imports{query}"), file)).await;
    assert_eq!(started.status, 202, "{}", started.body);
    let path = format!("/imports/{}", started.body["id"].as_str().unwrap());
    let import = eventually("the import has ended", || async {
        let import = caller.get(&path).await.body;
        (import["state"] == "finished").then_some(import)
    });
    let import = import.await;
    let rows = caller.get(&format!("{path}/rows?limit=200")).await.body;
    (import, rows["items"].as_array().unwrap().clone())
}

/// The attributes of the asset with a tag.
async fn attributes(caller: &Caller, tag: &str) -> Value {
    let found = caller.get(&format!("/assets?q={tag}")).await.body;
    found["items"][0]["attributes"].clone()
}

async fn download_refused(caller: &Caller, import: &Value, language: &str) -> String {
    let path = format!("/imports/{}/refused-rows", import["id"].as_str().unwrap());
    let request = caller.request(Method::GET, &path);
    let answer = request.header("Accept-Language", language).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(kind.starts_with("text/csv"), "{kind}");
    String::from_utf8(answer.bytes().await.unwrap().to_vec()).unwrap()
}

/// The codes of each row, with spaces between.
fn codes(rows: &[Value]) -> Vec<String> {
    let words = |row: &Value| row["codes"].as_array().unwrap().clone();
    let join = |codes: Vec<Value>| {
        codes
            .iter()
            .map(|code| code.as_str().unwrap())
            .collect::<Vec<_>>()
            .join(" ")
    };
    rows.iter().map(|row| join(words(row))).collect()
}

#[tokio::test]
async fn the_refused_rows_are_those_that_the_server_refused_and_come_in_clean_once_corrected() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let agent = app.caller(&site, &Person::agent().account_id);
    for (file, refused_line) in [
        (
            "sep=;\ntag;name\nA1;Kettle\nA 2;=Toaster()\nA3;Fridge\n",
            "tag,name\r\n2,4,asset.tag_invalid,MESSAGE,A 2,'=Toaster()\r\n",
        ),
        (
            "\"SEP=;\"\r\n\r\ntag;name;size\r\nB1;Shelf;80\r\nB 2;Table;-80, 60\r\n",
            "tag,name,size\r\n2,5,asset.tag_invalid,MESSAGE,B 2,Table,\"'-80, 60\"\r\n",
        ),
        (
            "tag\tname\nC1\tKettle\nC 2\tToaster, with timer, and grill\n",
            "tag,name\r\n2,3,asset.tag_invalid,MESSAGE,C 2,\"Toaster, with timer, and grill\"\r\n",
        ),
        (
            "tag|name|price\n\nD1|\"a\nb\"|-5\nD 2|it's|-750.00\n",
            "tag,name,price\r\n2,5,asset.tag_invalid,MESSAGE,D 2,it's,-750.00\r\n",
        ),
        (
            "tag,name,serial\nE 1,Saw,=\"00456\"\n",
            "tag,name,serial\r\n1,2,asset.tag_invalid,MESSAGE,E 1,Saw,\"=\"\"00456\"\"\"\r\n",
        ),
    ] {
        let (job, rows) = import(&agent, "", file).await;
        assert_eq!(job["counts"]["refused"], 1, "{file:?}");
        let message = rows.iter().find(|row| row["verdict"] == "refused").unwrap()["message"].clone();
        let got = download_refused(&agent, &job, "en").await;
        let message = format!("\"{}\"", message.as_str().unwrap());
        let quoted = refused_line.replace("MESSAGE", &message);
        let expected = format!("\u{FEFF}tally_row,tally_line,tally_codes,tally_message,{quoted}");
        let plain = expected.replace(&message, message.trim_matches('"'));
        assert!(got == expected || got == plain, "{got:?}\n{expected:?}");
        let corrected = got.replace(" 1,", "1,").replace(" 2,", "2,");
        let (again, rows) = import(&agent, "", corrected).await;
        let verdicts: Vec<&Value> = rows.iter().map(|row| &row["verdict"]).collect();
        assert_eq!(verdicts, ["registered"], "{rows:?}");
        let columns = again["columns"].as_array().unwrap();
        assert!(
            columns
                .iter()
                .all(|column| !column["header"].as_str().unwrap().contains("tally"))
        );
    }
    assert_eq!(attributes(&agent, "A2").await, json!({ "name": "=Toaster()" }));
    assert_eq!(attributes(&agent, "B2").await["size"], "-80, 60");
    assert_eq!(
        attributes(&agent, "D2").await,
        json!({ "name": "it's", "price": "-750.00" })
    );
    assert_eq!(attributes(&agent, "E1").await["serial"], "00456");
}

#[tokio::test]
async fn the_reasons_in_the_refused_rows_are_in_the_language_of_the_reader() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let agent = app.caller(&site, &Person::agent().account_id);
    let (job, _) = import(&agent, "?dryRun=true", "tag,name\nA 1,x\n,\nA1,a,b\n").await;
    let german = download_refused(&agent, &job, "de-DE").await;
    for reason in [
        "Eine Inventarnummer besteht aus 1 bis 64 Zeichen",
        "Die Zeile ist leer.",
        "Die Zeile hat mehr Werte als die Kopfzeile.",
    ] {
        assert!(german.contains(reason), "{german}");
    }
    let english = download_refused(&agent, &job, "en").await;
    assert!(english.contains("The row holds nothing."), "{english}");
}

#[tokio::test]
async fn a_preview_shows_how_a_file_is_read_and_what_the_user_chooses_is_how_it_is_imported() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let agent = app.caller(&site, &Person::agent().account_id);
    let file = b"Stock of 2024;;\n\nItem name;Name;Bought;Purchase date\nL\xFCfter;Ann;x;03/04/2024\n";
    let preview = |query: &str| answered(post_file(&agent, &format!("/imports/preview{query}"), file));
    let found = preview("?headerLine=3").await;
    assert_eq!(found.status, 200, "{}", found.body);
    let reading = json!({
        "encoding": "windows-1252", "encodingGuessed": true, "separator": "semicolon",
        "headerLine": 3, "dayOrder": null
    });
    assert_eq!(
        (&found.body["reading"], &found.body["rows"]),
        (&reading, &json!(1))
    );
    assert_eq!(found.body["needsDayOrder"], true);
    assert_eq!(
        found.body["sample"][0]["cells"],
        json!(["Lüfter", "Ann", "x", "03/04/2024"])
    );
    let columns = &found.body["columns"];
    assert_eq!(
        (&columns[0]["field"], &columns[1]["field"]),
        (&json!("name"), &json!("Name 2"))
    );
    assert_eq!(columns[1]["findings"][0]["code"], "import.column_could_be");
    let chosen = "?headerLine=3&encoding=iso-8859-2&separator=semicolon&dayOrder=day_first&fields=2:name";
    let read = preview(chosen).await.body;
    assert_eq!(read["columns"][1]["field"], "name");
    assert_eq!(
        (&read["reading"]["encodingGuessed"], &read["needsDayOrder"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(
        agent.get("/imports").await.body["items"],
        json!([]),
        "nothing was written"
    );
    let (job, rows) = import(&agent, chosen, file.to_vec()).await;
    assert_eq!(
        (&job["reading"], &job["columns"]),
        (&read["reading"], &read["columns"])
    );
    assert_eq!(codes(&rows), ["import.tag_allotted"]);
    let imported = agent
        .get(&format!("/assets/{}", rows[0]["assetId"].as_str().unwrap()))
        .await
        .body;
    let values = ["name", "item_name", "purchased_on"].map(|key| imported["attributes"][key].clone());
    assert_eq!(values, [json!("Ann"), json!("Lüfter"), json!("2024-04-03")]);
}

#[tokio::test]
async fn a_choice_that_cannot_be_is_refused_by_name() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let agent = app.caller(&site, &Person::agent().account_id);
    for query in [
        "encoding=klingon",
        "encoding=replacement",
        "separator=x",
        "headerLine=0",
        "dayOrder=year_first",
        "fields=name",
        "fields=0:name",
        "fields=1:",
    ] {
        for path in ["/imports/preview", "/imports"] {
            let problem = refused(post_file(&agent, &format!("{path}?{query}"), "tag,name\nA,b\n")).await;
            assert_eq!(problem.status_and_code(), (400, "request.malformed"), "{query}");
        }
    }
    let beyond = refused(post_file(
        &agent,
        "/imports/preview?headerLine=9",
        "tag,name\nA,b\n",
    ))
    .await;
    assert_eq!(beyond.status_and_code(), (422, "import.not_csv"));
}

#[tokio::test]
async fn one_byte_that_is_no_utf_8_costs_its_row_and_no_other() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let agent = app.caller(&site, &Person::agent().account_id);
    for (mark, letter) in [(&b"\xEF\xBB\xBF"[..], "M"), (b"", "U")] {
        let rows = b"tag,name,location\nX1,K\xC3\xBCche,K\xC3\xB6ln\nX2,Caf\xE9,Bonn\nX3,Stra\xC3\x9Fe,Gie\xC3\x9Fen\n";
        let file: Vec<u8> = [mark, rows].concat();
        let file: Vec<u8> = file
            .into_iter()
            .map(|b| if b == b'X' { letter.as_bytes()[0] } else { b })
            .collect();
        let (_, rows) = import(&agent, "", file).await;
        assert_eq!(codes(&rows), ["", "import.letters_unreadable", ""]);
        assert_eq!(rows[1]["line"], 3);
        let found = attributes(&agent, &format!("{letter}1")).await;
        assert_eq!(found, json!({ "name": "Küche", "location": "Köln" }));
    }
}

#[tokio::test]
async fn the_same_header_is_the_same_field_in_every_file_and_is_asked_by_its_name() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let agent = app.caller(&site, &Person::agent().account_id);
    import(&agent, "", "tag,name,色,重量\nH1,Lamp,赤,5kg\n").await;
    import(&agent, "", "tag,name,重量,色\nH2,Lamp,5kg,赤\n").await;
    assert_eq!(attributes(&agent, "H1").await, attributes(&agent, "H2").await);
    let query = "/assets?query=%22%E8%89%B2%22%20%3D%20%E8%B5%A4";
    let found = agent.get(query).await.body;
    assert_eq!(found["items"].as_array().unwrap().len(), 2, "{found}");
    let (job, _) = import(&agent, "", "tag,name,Größe,Grösse\nH3,Box,4,5\n").await;
    assert_eq!(job["columns"][2]["field"], "Größe");
    assert_eq!(job["columns"][3]["findings"][0]["code"], "import.column_repeated");
}

#[tokio::test]
async fn rows_may_leave_off_their_last_cells_and_a_header_may_end_in_a_separator() {
    let app = TestApp::start().await;
    let site = app.installed_site("acme").await;
    let agent = app.caller(&site, &Person::agent().account_id);
    let file = "tag,name,location,notes\nS1,Drill,Hall 1,loan\nS2,Saw,Hall 1\nS3,Vice\n";
    let (_, rows) = import(&agent, "", file).await;
    assert_eq!(codes(&rows), ["", "", ""]);
    assert_eq!(
        attributes(&agent, "S2").await,
        json!({ "name": "Saw", "location": "Hall 1" })
    );
    let (job, rows) = import(&agent, "", "tag;name;\nS4;Lathe;\nS5;Press\n").await;
    assert_eq!(job["columns"].as_array().unwrap().len(), 2);
    assert_eq!(codes(&rows), ["", ""]);
    let (_, rows) = import(&agent, "", "tag,name,location\nS6,Anvil,Hall 2,and more\n").await;
    assert_eq!(codes(&rows), ["import.row_ragged"]);
}
