-- Once per server, in the database postgres: no role of ours may look into a database of the server.
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
REVOKE ALL ON DATABASE template1 FROM PUBLIC;
