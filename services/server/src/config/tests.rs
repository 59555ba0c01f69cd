use secrecy::ExposeSecret;
use tally_messages::Language;

use super::*;

const DATABASE: (&str, &str) = ("TALLY_DATABASE_URL", "postgres://me:hunter2@db.example/tally");
const LOG: (&str, &str) = ("TALLY_LOG_URL", "postgres://me:hunter2@db.example/tally");

fn to_owned((name, value): &(&str, &str)) -> (String, String) {
    ((*name).to_owned(), (*value).to_owned())
}

/// The configuration in production.
fn check(pairs: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
    let settings = Settings::read(None, pairs.iter().map(to_owned));
    Config::check(&settings.map_err(|error| ConfigErrors(vec![error]))?)
}

/// The configuration in development.
fn develop(pairs: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
    check(&[&[("TALLY_PROFILE", "development")], pairs].concat())
}

/// Whether exactly this setting is invalid.
fn is_invalid(result: &Result<Config, ConfigErrors>, refused: &Setting) -> bool {
    let errors = result.as_ref().err().map(|errors| errors.0.as_slice());
    matches!(errors, Some([ConfigError::Invalid { setting, .. }]) if *setting == refused)
}

#[test]
fn an_error_names_the_variable_and_the_key_and_says_what_to_write() {
    assert_eq!(
        develop(&[("TALLY_PARTITIONS", "many")]).unwrap_err().to_string(),
        "TALLY_PARTITIONS is invalid (in a file: partitions): invalid digit found in string. \
         Write a number from 1 to 1024."
    );
    assert_eq!(
        check(&[("TALLY_DATA_DIR", "/d"), ("TALLY_MASTER_KEY", "x")])
            .unwrap_err()
            .to_string(),
        "TALLY_BASE_URL must be set in the production profile (in a file: base_url). Write the https \
         address at which Jira reaches Tally, such as https://tally.example; http only on loopback."
    );
}

#[test]
fn development_needs_nothing_but_its_name() {
    let config = develop(&[]).unwrap();
    assert_eq!(config.base_url.as_str(), "http://localhost:8080");
    assert!(config.allowed_hosts.permits("acme.localhost"));
}

#[test]
fn production_refuses_to_guess() {
    for missing in ["TALLY_DATA_DIR", "TALLY_BASE_URL", "TALLY_MASTER_KEY"] {
        let all = [
            ("TALLY_DATA_DIR", "/d"),
            ("TALLY_BASE_URL", "https://t.example"),
            ("TALLY_MASTER_KEY", "x"),
        ];
        let rest: Vec<_> = all.into_iter().filter(|(k, _)| *k != missing).collect();
        assert!(
            matches!(check(&rest).unwrap_err().0[..], [ConfigError::Missing(_)]),
            "without {missing}"
        );
    }
}

#[test]
fn all_that_is_missing_or_invalid_is_reported_at_once() {
    let errors = check(&[("TALLY_WORKERS", "many")]).unwrap_err().to_string();
    let variables: Vec<&str> = errors.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(
        variables,
        [
            "TALLY_BASE_URL",
            "TALLY_DATA_DIR",
            "TALLY_MASTER_KEY",
            "TALLY_WORKERS"
        ]
    );
}

#[test]
fn a_secret_is_a_value_or_a_file_and_not_both() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("token");
    std::fs::write(&path, "a token of sufficient length\n").unwrap();
    let file = ("TALLY_OPS_TOKEN_FILE", path.to_str().unwrap());
    let token = develop(&[file]).unwrap().ops_token.unwrap();
    assert_eq!(token.expose_secret(), "a token of sufficient length");
    let both = develop(&[file, ("TALLY_OPS_TOKEN", "x")])
        .unwrap_err()
        .to_string();
    assert!(both.contains("its file is set too"), "{both}");
    let absent = develop(&[("TALLY_OPS_TOKEN_FILE", "/nowhere")])
        .unwrap_err()
        .to_string();
    assert!(absent.contains("its file cannot be read"), "{absent}");
}

#[test]
fn mail_needs_a_sender_and_receivers() {
    let server = ("TALLY_NOTIFY_SMTP_URL", "smtps://me:hunter2@mail.example");
    let from = ("TALLY_NOTIFY_EMAIL_FROM", "tally@example.net");
    let to = ("TALLY_NOTIFY_EMAIL_TO", "a@example.net, b@example.net");
    assert!(is_invalid(&develop(&[server, from]), &TABLE.notify_smtp_url));
    assert!(is_invalid(&develop(&[server, to]), &TABLE.notify_smtp_url));
    let email = develop(&[server, from, to]).unwrap().notify().email.unwrap();
    assert_eq!(email.to, ["a@example.net", "b@example.net"]);
}

#[test]
fn messages_are_in_english_unless_another_language_is_set() {
    let with = |word| develop(&[("TALLY_NOTIFY_LANGUAGE", word)]);
    assert_eq!(develop(&[]).unwrap().notify().language, Language::English);
    assert_eq!(with("de").unwrap().notify().language, Language::German);
    assert!(is_invalid(&with("fr"), &TABLE.notify_language));
}

#[test]
fn plain_http_is_for_loopback_only() {
    let with = |url| develop(&[("TALLY_BASE_URL", url)]);
    assert!(with("http://127.0.0.1:9").is_ok());
    assert!(is_invalid(&with("http://tally.example"), &TABLE.base_url));
    let keys = develop(&[("TALLY_INSTALL_KEYS_URL", "http://keys.example")]);
    assert!(is_invalid(&keys, &TABLE.install_keys_url));
}

#[test]
fn a_server_is_found_on_its_own_machine_wherever_it_listens() {
    let found = |address: &str| {
        let listen = ("TALLY_LISTEN".to_owned(), address.to_owned());
        own_address(&Settings::read(None, [listen]).unwrap())
    };
    assert_eq!(found(""), "http://127.0.0.1:8080");
    assert_eq!(found("0.0.0.0:9000"), "http://127.0.0.1:9000");
    assert_eq!(found("[::1]:9000"), "http://[::1]:9000");
}

#[test]
fn the_operators_listener_needs_a_token_beyond_loopback() {
    let with = |address, token| develop(&[("TALLY_OPS_LISTEN", address), ("TALLY_OPS_TOKEN", token)]);
    assert!(with("127.0.0.1:0", "").is_ok());
    assert!(with("0.0.0.0:8081", "a token of sufficient length").is_ok());
    assert!(with("off", "").unwrap().ops_listen.is_none());
    let refused = with("0.0.0.0:8081", "");
    assert!(is_invalid(&refused, &TABLE.ops_listen));
}

#[test]
fn an_operators_token_that_can_be_guessed_is_refused() {
    for (token, is_right) in [
        ("x", false),
        ("fifteen letters", false),
        ("sixteen letters.", true),
    ] {
        let config = develop(&[("TALLY_OPS_TOKEN", token)]);
        assert_eq!(config.is_ok(), is_right, "{token}");
        if !is_right {
            assert!(is_invalid(&config, &TABLE.ops_token));
        }
    }
}

#[test]
fn alarms_are_never_sent_in_the_clear_beyond_this_machine() {
    let with = |url| develop(&[("TALLY_NOTIFY_SLACK_URL", url)]);
    assert!(with("https://hooks.example/T/B/x").is_ok());
    assert!(with("http://127.0.0.1:9/x").is_ok());
    let error = with("http://hooks.example/T/B/x").unwrap_err();
    assert!(!error.to_string().contains("hooks.example"), "{error}");
}

#[test]
fn the_logs_password_is_never_printed() {
    let with = |url| develop(&[("TALLY_LOG_URL", url)]);
    let config = with("postgres://me:hunter2@db.example/tally?sslmode=verify-full").unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
    for wrong in [
        "postgres://me:hunter2@db.example/tally?pasword=hunter2",
        "mysql://me:hunter2@db",
    ] {
        let error = with(wrong).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}

#[test]
fn the_master_key_is_never_printed() {
    let config = develop(&[("TALLY_MASTER_KEY", "c2VjcmV0")]).unwrap();
    assert!(!format!("{config:?}").contains("c2VjcmV0"));
}

#[test]
fn a_node_does_everything_and_shares_nothing_by_default() {
    let config = develop(&[]).unwrap();
    assert_eq!(config.role, Role::All);
    assert!(config.database_url.is_none());
}

#[test]
fn a_web_node_needs_shared_views_and_a_shared_log() {
    let role = ("TALLY_ROLE", "web");
    assert_eq!(develop(&[role, DATABASE, LOG]).unwrap().role, Role::Web);
    for missing in [&[role, LOG][..], &[role, DATABASE]] {
        assert!(is_invalid(&develop(missing), &TABLE.role), "{missing:?}");
    }
    assert!(develop(&[("TALLY_ROLE", "webb"), DATABASE, LOG]).is_err());
}

#[test]
fn a_projector_in_production_needs_the_key_that_opens_events_and_no_address() {
    let all = [
        ("TALLY_ROLE", "projector"),
        DATABASE,
        LOG,
        ("TALLY_MASTER_KEY", "x"),
    ];
    let config = check(&all).unwrap();
    assert!(matches!(config.master_key, MasterKey::Value(_)));
    let missing = check(&all[..3]).unwrap_err().to_string();
    assert!(missing.contains("TALLY_MASTER_KEY"), "{missing}");
}

#[test]
fn the_generation_of_views_is_a_number_from_1() {
    let generation = |pairs: &[(&str, &str)]| develop(&[&[DATABASE], pairs].concat());
    assert_eq!(generation(&[]).unwrap().views_generation, 1);
    let given = generation(&[("TALLY_VIEWS_GENERATION", "7")]).unwrap();
    assert_eq!(given.views_generation, 7);
    for wrong in ["0", "65536", "new"] {
        assert!(
            generation(&[("TALLY_VIEWS_GENERATION", wrong)]).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn there_are_1_to_1024_partitions() {
    for wrong in ["0", "1025", "many"] {
        assert!(
            is_invalid(&develop(&[("TALLY_PARTITIONS", wrong)]), &TABLE.partitions),
            "{wrong:?}"
        );
    }
}

#[test]
fn the_databases_password_is_never_printed() {
    assert!(!format!("{:?}", develop(&[DATABASE]).unwrap()).contains("hunter2"));
    for wrong in [
        "mysql://me:hunter2@db",
        "postgres://me:hunter2@db/x?pasword=hunter2",
    ] {
        let error = develop(&[("TALLY_DATABASE_URL", wrong)]).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}

#[test]
fn a_misspelt_variable_is_named_with_the_keys_that_there_are() {
    let variable = ("TALLY_PROFIL".to_owned(), "development".to_owned());
    let error = Settings::read(None, [variable]).err().unwrap().to_string();
    assert!(error.contains("profil.") && error.contains("profile,"), "{error}");
}

#[test]
fn a_variable_overrides_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("tally.toml");
    std::fs::write(
        &path,
        "profile = \"development\"\nallowed_hosts = [\"a\", \"b\"]\nworkers = 3",
    )
    .unwrap();
    let variable = ("TALLY_PROFILE".to_owned(), "production".to_owned());
    let settings = Settings::read(Some(&path), [variable]).unwrap();
    assert_eq!(settings.given_text("profile"), Some("production"));
    let given = |setting| given::Given {
        settings: &settings,
        setting,
    };
    assert_eq!(given(&TABLE.allowed_hosts).list().unwrap(), ["a", "b"]);
    assert_eq!(given(&TABLE.workers).parse::<usize>().unwrap(), 3);
}

#[test]
fn a_broken_file_is_reported_without_its_content() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("tally.toml");
    std::fs::write(&path, "master_key = \"c2VjcmV0\" oops").unwrap();
    let error = Settings::read(Some(&path), []).err().unwrap();
    assert!(!error.to_string().contains("c2VjcmV0"), "{error}");
}
