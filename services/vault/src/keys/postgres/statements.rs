//! The statements, by table.

use crate::keys::Table;

/// The rows of keys by their ids, events keys by their tenants, people and texts by their ids. The
/// first column is the table's place in [`Table::ALL`].
pub(super) const FIND: &str = "
    SELECT 0, id, tenant, subject, wrapped, kek_id FROM tally_keys.data_keys WHERE id = ANY ($1)
    UNION ALL
    SELECT 0, id, tenant, subject, wrapped, kek_id FROM tally_keys.data_keys
        WHERE tenant = ANY ($2) AND subject = 'events'
    UNION ALL
    SELECT 1, id, tenant, account, wrapped, kek_id FROM tally_keys.people WHERE id = ANY ($3)
    UNION ALL
    SELECT 1, id, tenant, '', NULL, '' FROM tally_keys.erased_people WHERE id = ANY ($3)
    UNION ALL
    SELECT 2, id, tenant, '', wrapped, kek_id FROM tally_keys.text_keys WHERE id = ANY ($4)";

pub(super) const FIND_LIVING: &str = "
    SELECT 0, id, tenant, subject, wrapped, kek_id FROM tally_keys.data_keys
    WHERE tenant = $1 AND subject = $2 AND destroyed_at IS NULL";

pub(super) const FIND_PERSON: &str = "
    SELECT 1, id, tenant, account, wrapped, kek_id FROM tally_keys.people
    WHERE tenant = $1 AND account = $2";

/// Adds keys. Waits for another node that is adding one for the same subject, and then does nothing.
/// An erased tenant has an events key that is destroyed; what belongs to a person or a text waits
/// for an erasure that is under way, and is added only for a tenant whose events key lives.
pub(super) fn add(table: Table) -> &'static str {
    match table {
        Table::DataKeys => {
            "INSERT INTO tally_keys.data_keys (id, tenant, wrapped, kek_id, subject)
             SELECT n.id, n.tenant, n.wrapped, n.kek_id, n.subject
             FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::text[], $5::text[])
                 AS n (id, tenant, wrapped, kek_id, subject)
             WHERE NOT EXISTS (SELECT 1 FROM tally_keys.data_keys AS d
                 WHERE d.tenant = n.tenant AND d.subject = 'events' AND d.destroyed_at IS NOT NULL)
             ON CONFLICT DO NOTHING"
        }
        Table::People => {
            "INSERT INTO tally_keys.people (id, tenant, wrapped, kek_id, account)
             SELECT n.id, n.tenant, n.wrapped, n.kek_id, n.account
             FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::text[], $5::text[])
                 AS n (id, tenant, wrapped, kek_id, account)
             JOIN tally_keys.data_keys AS d
                 ON d.tenant = n.tenant AND d.subject = 'events' AND d.destroyed_at IS NULL
             FOR SHARE OF d ON CONFLICT DO NOTHING"
        }
        Table::Texts => {
            "INSERT INTO tally_keys.text_keys (id, tenant, wrapped, kek_id)
             SELECT n.id, n.tenant, n.wrapped, n.kek_id
             FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::text[], $5::text[])
                 AS n (id, tenant, wrapped, kek_id, nothing)
             JOIN tally_keys.data_keys AS d
                 ON d.tenant = n.tenant AND d.subject = 'events' AND d.destroyed_at IS NULL
             FOR SHARE OF d ON CONFLICT DO NOTHING"
        }
    }
}

pub(super) fn find_behind(table: Table) -> &'static str {
    match table {
        Table::DataKeys => {
            "SELECT 0, id, tenant, subject, wrapped, kek_id FROM tally_keys.data_keys
             WHERE wrapped IS NOT NULL AND kek_id <> $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3"
        }
        Table::People => {
            "SELECT 1, id, tenant, account, wrapped, kek_id FROM tally_keys.people
             WHERE wrapped IS NOT NULL AND kek_id <> $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3"
        }
        Table::Texts => {
            "SELECT 2, id, tenant, '', wrapped, kek_id FROM tally_keys.text_keys
             WHERE wrapped IS NOT NULL AND kek_id <> $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3"
        }
    }
}

pub(super) fn rewrap(table: Table) -> String {
    let name = table.name();
    format!(
        "UPDATE tally_keys.{name} AS k SET wrapped = n.wrapped, kek_id = n.kek_id
         FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::text[]) AS n (id, old_kek_id, wrapped, kek_id)
         WHERE k.id = n.id AND k.kek_id = n.old_kek_id AND k.wrapped IS NOT NULL"
    )
}

/// Counts by table and key-encryption key; destroyed ones have none.
pub(super) const COUNT: &str = "
    SELECT 0, kek_id, count(*) FROM tally_keys.data_keys WHERE wrapped IS NOT NULL GROUP BY kek_id
    UNION ALL SELECT 0, NULL, count(*) FROM tally_keys.data_keys WHERE wrapped IS NULL
    UNION ALL SELECT 1, kek_id, count(*) FROM tally_keys.people GROUP BY kek_id
    UNION ALL SELECT 1, NULL, count(*) FROM tally_keys.erased_people
    UNION ALL SELECT 2, kek_id, count(*) FROM tally_keys.text_keys WHERE wrapped IS NOT NULL GROUP BY kek_id
    UNION ALL SELECT 2, NULL, count(*) FROM tally_keys.text_keys WHERE wrapped IS NULL
    ORDER BY 1, 2 NULLS FIRST";

/// A data key is added for a tenant, and the tenant erased, one after the other: `TLLY` and the
/// tenant. Without it, each would not see what the other has not committed.
pub(super) const LOCK_TENANT: &str = "SELECT pg_advisory_xact_lock(1414286425, hashtext($1))";
pub(super) const LOCK_TENANTS_SHARED: &str = "
    SELECT pg_advisory_xact_lock_shared(1414286425, hashtext(t.tenant))
    FROM (SELECT DISTINCT tenant FROM unnest($1::text[]) AS n (tenant) ORDER BY tenant) AS t";

pub(super) const DESTROY_DATA_KEYS: &str = "
    UPDATE tally_keys.data_keys SET wrapped = NULL, destroyed_at = now()
    WHERE tenant = $1 AND ($2::text IS NULL OR subject = $2) AND destroyed_at IS NULL";
/// A tenant that never had an events key gets a destroyed one, so that it never has a living one.
pub(super) const MARK_ERASED: &str = "
    INSERT INTO tally_keys.data_keys (id, tenant, subject, kek_id, destroyed_at)
    VALUES (gen_random_uuid(), $1, 'events', '', now()) ON CONFLICT DO NOTHING";
pub(super) const DELETE_PEOPLE: &str = "DELETE FROM tally_keys.people WHERE tenant = $1";
pub(super) const DELETE_ERASED_PEOPLE: &str = "DELETE FROM tally_keys.erased_people WHERE tenant = $1";
pub(super) const DELETE_TEXTS: &str = "DELETE FROM tally_keys.text_keys WHERE tenant = $1";
pub(super) const DESTROY_PERSON: &str = "DELETE FROM tally_keys.people WHERE tenant = $1 AND id = $2";
/// The id alone stays: the log holds it too, and it distinguishes an erased person from one whose
/// key was lost. A person who is not here is marked as well, since an older store may have come back.
pub(super) const MARK_PERSON_ERASED: &str = "
    INSERT INTO tally_keys.erased_people (id, tenant) SELECT $2, $1
    WHERE NOT EXISTS (SELECT 1 FROM tally_keys.people WHERE id = $2) ON CONFLICT DO NOTHING";
pub(super) const DESTROY_TEXT: &str = "
    UPDATE tally_keys.text_keys SET wrapped = NULL, destroyed_at = now()
    WHERE tenant = $1 AND id = $2 AND destroyed_at IS NULL";
/// A text that has no key gets a destroyed one, so that it never has a living one. One that another
/// node added meanwhile is destroyed.
pub(super) const MARK_TEXT_ERASED: &str = "
    INSERT INTO tally_keys.text_keys AS k (id, tenant, kek_id, destroyed_at) VALUES ($2, $1, '', now())
    ON CONFLICT (id) DO UPDATE SET wrapped = NULL, destroyed_at = now()
    WHERE k.tenant = $1 AND k.destroyed_at IS NULL";

/// Takes in rows of another store. A key that is destroyed on either side is destroyed afterwards. A
/// subject that has another living key is an error, and so is an account that is another person.
pub(super) fn import(table: Table) -> &'static str {
    match table {
        Table::DataKeys => {
            "INSERT INTO tally_keys.data_keys AS k
                 (id, tenant, subject, wrapped, kek_id, created_at, destroyed_at)
             SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::text[],
                 $6::timestamptz[], $7::timestamptz[])
             ON CONFLICT (id) DO UPDATE SET wrapped = NULL, destroyed_at = excluded.destroyed_at
             WHERE k.destroyed_at IS NULL AND excluded.destroyed_at IS NOT NULL"
        }
        Table::People => {
            "INSERT INTO tally_keys.people (id, tenant, account, wrapped, kek_id, created_at)
             SELECT n.id, n.tenant, n.account, n.wrapped, n.kek_id, n.created_at
             FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::text[],
                 $6::timestamptz[], $7::timestamptz[])
                 AS n (id, tenant, account, wrapped, kek_id, created_at, destroyed_at)
             JOIN tally_keys.data_keys AS d
                 ON d.tenant = n.tenant AND d.subject = 'events' AND d.destroyed_at IS NULL
             WHERE NOT EXISTS (SELECT 1 FROM tally_keys.erased_people AS e WHERE e.id = n.id)
             ON CONFLICT (id) DO NOTHING"
        }
        Table::Texts => {
            "INSERT INTO tally_keys.text_keys AS k (id, tenant, wrapped, kek_id, created_at, destroyed_at)
             SELECT n.id, n.tenant, n.wrapped, n.kek_id, n.created_at, n.destroyed_at
             FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::text[],
                 $6::timestamptz[], $7::timestamptz[])
                 AS n (id, tenant, nothing, wrapped, kek_id, created_at, destroyed_at)
             JOIN tally_keys.data_keys AS d
                 ON d.tenant = n.tenant AND d.subject = 'events' AND d.destroyed_at IS NULL
             ON CONFLICT (id) DO UPDATE SET wrapped = NULL, destroyed_at = excluded.destroyed_at
             WHERE k.destroyed_at IS NULL AND excluded.destroyed_at IS NOT NULL"
        }
    }
}

/// How many of these keys are neither here nor erased.
pub(super) fn count_missing(table: Table) -> String {
    let name = table.name();
    format!(
        "SELECT count(*) FROM unnest($1::uuid[], $2::text[]) AS n (id, tenant)
         WHERE NOT EXISTS (SELECT 1 FROM tally_keys.{name} AS k WHERE k.id = n.id)
             AND NOT EXISTS (SELECT 1 FROM tally_keys.erased_people AS e WHERE e.id = n.id)
             AND NOT EXISTS (SELECT 1 FROM tally_keys.data_keys AS d
                 WHERE d.tenant = n.tenant AND d.subject = 'events' AND d.destroyed_at IS NOT NULL)"
    )
}

pub(super) const IMPORT_ERASED_PEOPLE: &str = "
    WITH gone AS (DELETE FROM tally_keys.people WHERE id = ANY ($1))
    INSERT INTO tally_keys.erased_people (id, tenant, destroyed_at)
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) ON CONFLICT DO NOTHING";
/// What belongs to tenants that were erased on the other side.
pub(super) const PURGE_ERASED_TENANTS: [&str; 3] = [
    "DELETE FROM tally_keys.people AS k USING tally_keys.data_keys AS d
     WHERE d.tenant = k.tenant AND d.subject = 'events' AND d.destroyed_at IS NOT NULL",
    "DELETE FROM tally_keys.text_keys AS k USING tally_keys.data_keys AS d
     WHERE d.tenant = k.tenant AND d.subject = 'events' AND d.destroyed_at IS NOT NULL",
    "DELETE FROM tally_keys.erased_people AS k USING tally_keys.data_keys AS d
     WHERE d.tenant = k.tenant AND d.subject = 'events' AND d.destroyed_at IS NOT NULL",
];
