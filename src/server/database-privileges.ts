/** Privileges on a database, in the order that PostgreSQL's page on GRANT and the charm's steps name them. */
export const databasePrivileges = ['CONNECT', 'CREATE', 'TEMPORARY'] as const;

export type DatabasePrivilege = (typeof databasePrivileges)[number];
