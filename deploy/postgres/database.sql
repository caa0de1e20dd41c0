-- Once per database, as the superuser, in the database postgres.
-- Variables: database, template, owner. The builtin locale sorts the same on every machine.
CREATE DATABASE :"database" OWNER :"owner" TEMPLATE :"template" ENCODING 'UTF8'
    LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C' LC_CTYPE 'C';
