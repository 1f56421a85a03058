#!/usr/bin/perl
# Stands in for pg_controldata of PostgreSQL 11, which is not to be had: tells, in its words, what the real control file at
# -D FOLDER (or FOLDER) says, as 11 lays it out on x86-64. Only what programs around a server ask for.
use strict;
use warnings;

my $folder = $ARGV[-1] // die "usage: $0 -D FOLDER\n";
my $path = "$folder/global/pg_control";
open(my $file, '<:raw', $path) or die "pg_controldata: could not open file \"$path\" for reading: $!\n";
read($file, my $bytes, 284) == 284 or die "pg_controldata: could not read file \"$path\"\n";

sub number { unpack("x$_[0] L<", $bytes) }
sub position { my ($low, $high) = unpack("x$_[0] L< L<", $bytes); sprintf('%X/%X', $high, $low) }

my $version = number(8);
$version == 1100 or die "pg_controldata: control file of version $version, not of PostgreSQL 11\n";
# The server puts this there to tell the layout of another machine.
unpack('x200 d<', $bytes) == 1234567 or die "pg_controldata: \"$path\" is laid out in another way\n";

my @states = ('starting up', 'shut down', 'shut down in recovery', 'shutting down', 'in crash recovery',
    'in archive recovery', 'in production');
my @levels = ('minimal', 'replica', 'logical');
my @lines = (
    ['pg_control version number', $version],
    ['Catalog version number', number(12)],
    ['Database system identifier', unpack('Q<', $bytes)],
    ['Database cluster state', $states[number(16)] // 'unrecognized status code'],
    ['Latest checkpoint location', position(32)],
    ["Latest checkpoint's REDO location", position(40)],
    ["Latest checkpoint's TimeLineID", number(48)],
    ["Latest checkpoint's PrevTimeLineID", number(52)],
    ['Minimum recovery ending location', position(128)],
    ["Min recovery ending loc's timeline", number(136)],
    ['wal_level setting', $levels[number(164)] // 'unrecognized wal_level'],
    ['wal_log_hints setting', unpack('x168 C', $bytes) ? 'on' : 'off'],
    ['max_connections setting', number(172)],
    ['max_worker_processes setting', number(176)],
    ['max_prepared_xacts setting', number(180)],
    ['max_locks_per_xact setting', number(184)],
    ['Bytes per WAL segment', number(220)],
    ['Data page checksum version', number(244)],
);
printf("%-38s%s\n", "$_->[0]:", $_->[1]) for @lines;
