# Carries Ethernet frames between two network interfaces of the host, each a given time late.
# Arguments: the two interfaces' indexes, the delay in milliseconds. Ends when an interface is gone.
use strict;
use warnings;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

my ($AF_PACKET, $SOCK_RAW, $ALL_PROTOCOLS, $SOL_PACKET, $IGNORE_OUTGOING) = (17, 3, 3, 263, 23);
my ($first, $second, $delay_ms) = @ARGV;
my $delay = $delay_ms / 1000;
my $longest_queue = 100_000;

sub open_interface {
    my ($index) = @_;
    socket(my $socket, $AF_PACKET, $SOCK_RAW, 0) or die "socket: $!\n";
    setsockopt($socket, $SOL_PACKET, $IGNORE_OUTGOING, pack('i', 1)) or die "ignore outgoing: $!\n";
    my $address = pack('S n i S C C a8', $AF_PACKET, $ALL_PROTOCOLS, $index, 0, 0, 0, '');
    bind($socket, $address) or die "bind: $!\n";
    return $socket;
}

my @sockets = map { open_interface($_) } $first, $second;
my @queues = ([], []);    # Frames that came in at the first, at the second: each [due, frame].

$| = 1;
print "ready\n";

while (1) {
    my $now = clock_gettime(CLOCK_MONOTONIC);
    my $wait;
    for my $side (0, 1) {
        my $queue = $queues[$side];
        while (@$queue && $queue->[0][0] <= $now) {
            my $frame = shift @$queue;
            send($sockets[1 - $side], $frame->[1], 0);
        }
        next unless @$queue;
        my $left = $queue->[0][0] - $now;
        $wait = $left if !defined $wait || $left < $wait;
    }
    my $readable = '';
    vec($readable, fileno($_), 1) = 1 for @sockets;
    next unless select($readable, undef, undef, $wait) > 0;
    my $due = clock_gettime(CLOCK_MONOTONIC) + $delay;
    for my $side (0, 1) {
        next unless vec($readable, fileno($sockets[$side]), 1);
        my $frame = '';
        if (!defined recv($sockets[$side], $frame, 65_536, 0)) {
            next if $!{EAGAIN} || $!{EINTR};
            exit 0;
        }
        push @{ $queues[$side] }, [$due, $frame] if @{ $queues[$side] } < $longest_queue;
    }
}
