//! Tables as values: the few shapes of column that the views use, and indexes over them.

use sea_query::{
    Alias, ColumnDef, Expr, ExprTrait, Iden, Index, IndexCreateStatement, IntoIden, Table as Statement,
    TableCreateStatement,
};

/// One table of a view.
pub(crate) struct Table {
    pub name: &'static str,
    columns: Vec<ColumnDef>,
    pub indexes: Vec<IndexCreateStatement>,
    /// The columns of its primary key, which also order its rows for the digest.
    pub key: Vec<String>,
}

impl Table {
    pub fn new<C: Iden + Copy + 'static>(name: &'static str, key: &[C], columns: Vec<ColumnDef>) -> Self {
        Self {
            name,
            columns,
            indexes: Vec::new(),
            key: key.iter().map(|column| column.unquoted().to_owned()).collect(),
        }
    }

    /// The statement that makes it, with what `suit` adds to a column for a database.
    pub fn create(&self, suit: impl Fn(&mut ColumnDef)) -> TableCreateStatement {
        let mut create = Statement::create();
        create.table(self.name).if_not_exists();
        for column in &self.columns {
            let mut column = column.clone();
            suit(&mut column);
            create.col(column);
        }
        let mut primary = Index::create();
        for column in &self.key {
            primary.col(Alias::new(column));
        }
        create.primary_key(&mut primary);
        create
    }

    /// With an index over `columns`.
    pub fn indexed<C: Iden + Copy + 'static>(mut self, name: &'static str, columns: &[C]) -> Self {
        let index = self.index(name, columns);
        self.indexes.push(index);
        self
    }

    /// With an index over `columns` of the rows that have no `absent`.
    pub fn indexed_without<C: Iden + Copy + 'static>(
        mut self,
        name: &'static str,
        columns: &[C],
        absent: C,
    ) -> Self {
        use sea_query::ConditionalStatement;
        let mut index = self.index(name, columns);
        index.and_where(Expr::col(absent).is_null());
        self.indexes.push(index);
        self
    }

    fn index<C: Iden + Copy + 'static>(&self, name: &'static str, columns: &[C]) -> IndexCreateStatement {
        let mut index = Index::create();
        index.if_not_exists().name(name).table(self.name);
        for column in columns {
            index.col(*column);
        }
        index
    }
}

/// A text that is always there.
pub(crate) fn text(column: impl IntoIden) -> ColumnDef {
    ColumnDef::new(column).text().not_null().to_owned()
}

/// A text that may be absent.
pub(crate) fn maybe_text(column: impl IntoIden) -> ColumnDef {
    ColumnDef::new(column).text().to_owned()
}

/// A number, time or half of a position that is always there.
pub(crate) fn integer(column: impl IntoIden) -> ColumnDef {
    ColumnDef::new(column).big_integer().not_null().to_owned()
}

/// A number, time or half of a position that may be absent.
pub(crate) fn maybe_integer(column: impl IntoIden) -> ColumnDef {
    ColumnDef::new(column).big_integer().to_owned()
}

/// A measured value that is always there.
pub(crate) fn measure(column: impl IntoIden) -> ColumnDef {
    ColumnDef::new(column).double().not_null().to_owned()
}
