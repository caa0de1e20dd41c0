-- Once per service, as the superuser, in the database postgres.
-- Variables: service, owner, service_password, owner_password.
-- The owner makes and changes the tables and is used for migrations only; the service role is what
-- runs, and owns nothing.
CREATE ROLE :"owner" LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION
    PASSWORD :'owner_password';
CREATE ROLE :"service" LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION
    PASSWORD :'service_password';
