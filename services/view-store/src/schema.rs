//! Tables as values: the few types of column that views use, and indexes over them.

use sea_query::{
    Alias, ColumnDef, Expr, ExprTrait, Iden, Index, IndexCreateStatement, IntoIden, Table as Statement,
    TableCreateStatement,
};

/// One table of a view.
pub struct Table {
    pub(crate) name: &'static str,
    columns: Vec<ColumnDef>,
    pub(crate) indexes: Vec<IndexCreateStatement>,
    /// The columns of its primary key, which also order its rows for the digest.
    pub(crate) key: Vec<String>,
}

impl Table {
    /// A table called `name` with the primary key `key`.
    pub fn new<C: Iden + Copy + 'static>(name: &'static str, key: &[C], columns: Vec<ColumnDef>) -> Self {
        Self {
            name,
            columns,
            indexes: Vec::new(),
            key: key.iter().map(|column| column.unquoted().to_owned()).collect(),
        }
    }

    /// Whether it has a column of this name.
    pub(crate) fn has_column(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.get_column_name() == name)
    }

    /// The statement that makes it; `adapt` adds what a database needs on a column.
    pub(crate) fn create_statement(&self, adapt: impl Fn(&mut ColumnDef)) -> TableCreateStatement {
        let mut create = Statement::create();
        create.table(self.name).if_not_exists();
        for column in &self.columns {
            let mut column = column.clone();
            adapt(&mut column);
            create.col(column);
        }
        let mut primary = Index::create();
        for column in &self.key {
            primary.col(Alias::new(column));
        }
        create.primary_key(&mut primary);
        create
    }

    /// The table with an index over `columns`.
    #[must_use]
    pub fn with_index<C: Iden + Copy + 'static>(mut self, name: &'static str, columns: &[C]) -> Self {
        let index = self.index_statement(name, columns);
        self.indexes.push(index);
        self
    }

    /// The table with an index over `columns` of the rows in which `absent` is null.
    #[must_use]
    pub fn with_partial_index<C: Iden + Copy + 'static>(
        mut self,
        name: &'static str,
        columns: &[C],
        absent: C,
    ) -> Self {
        use sea_query::ConditionalStatement;
        let mut index = self.index_statement(name, columns);
        index.and_where(Expr::col(absent).is_null());
        self.indexes.push(index);
        self
    }

    fn index_statement<C: Iden + Copy + 'static>(
        &self,
        name: &'static str,
        columns: &[C],
    ) -> IndexCreateStatement {
        let mut index = Index::create();
        index.if_not_exists().name(name).table(self.name);
        for column in columns {
            index.col(*column);
        }
        index
    }
}

/// A column for a text.
pub fn text(column: impl IntoIden) -> ColumnDef {
    ColumnDef::new(column).text().not_null().to_owned()
}

/// A column for a text or null.
pub fn maybe_text(column: impl IntoIden) -> ColumnDef {
    ColumnDef::new(column).text().to_owned()
}

/// A column for a number, a time or half of a position.
pub fn integer(column: impl IntoIden) -> ColumnDef {
    ColumnDef::new(column).big_integer().not_null().to_owned()
}

/// A column for a number, a time or half of a position, or null.
pub fn maybe_integer(column: impl IntoIden) -> ColumnDef {
    ColumnDef::new(column).big_integer().to_owned()
}

/// A column for a measured value.
pub fn measure(column: impl IntoIden) -> ColumnDef {
    ColumnDef::new(column).double().not_null().to_owned()
}
