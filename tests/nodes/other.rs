//! Another site, which must stay apart whatever happens to the nodes.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tally_tests::connect::Site;
use tally_tests::doubles::Person;
use tally_tests::process::APP_URL;

use crate::world::World;

/// A person at another site, who has one asset and must see no other, whatever happens.
pub struct Other {
    site: Site,
    url: String,
    http: reqwest::Client,
}

impl Other {
    /// Installs it at the nodes behind `url`.
    pub async fn install(world: &World, url: String, http: reqwest::Client) -> Self {
        let site = world.another_site("globex");
        let installed = http
            .post(format!("{url}{}", tally_descriptor::callback::INSTALLED))
            .header(
                "Authorization",
                format!(
                    "JWT {}",
                    site.signed_callback(APP_URL, tally_descriptor::callback::INSTALLED)
                ),
            )
            .json(&site.installed());
        assert_eq!(installed.send().await.unwrap().status().as_u16(), 204);
        let other = Self { site, url, http };
        let registered = other
            .request(Method::POST)
            .json(&json!({ "tag": "GLOBEX-1", "attributes": { "name": "Theirs", "serial": "globex-1" } }));
        assert_eq!(registered.send().await.unwrap().status().as_u16(), 201);
        other
    }

    fn request(&self, method: Method) -> RequestBuilder {
        let token = self.site.context_token(&Person::agent().account_id);
        self.http
            .request(method, format!("{}/api/v1/assets", self.url))
            .header("Authorization", format!("JWT {token}"))
    }

    /// Looks again and again. What is answered is right; that nothing is answered may be.
    pub async fn watch_assets(self, world: Arc<World>) {
        let mut looks = 0;
        while !world.is_over() {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let Ok(answer) = self.request(Method::GET).send().await else {
                continue;
            };
            let status = answer.status().as_u16();
            let Ok(body) = answer.json::<Value>().await else {
                continue;
            };
            match status {
                200 => {
                    let tags: Vec<&str> = body["items"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|a| a["tag"].as_str().unwrap())
                        .collect();
                    assert_eq!(tags, ["GLOBEX-1"]);
                    looks += 1;
                }
                503 => {}
                other => panic!("{other}: {body}"),
            }
        }
        assert!(looks > 0, "another site never had an answer");
    }
}
