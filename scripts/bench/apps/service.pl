#!/usr/bin/perl
# Says that it is up, and does nothing more: a service that is no JavaScript, and is there in some milliseconds. A pod's params
# come in capitals, what others set as it is.
use strict;
use warnings;
use Fcntl;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

my $app = $ENV{APP} // $ENV{app};
my $bell = $ENV{BELL} // $ENV{bell};
my $now = sprintf '%d', clock_gettime(CLOCK_MONOTONIC) * 1e9;
if (sysopen my $fifo, $bell, O_WRONLY | O_NONBLOCK) {
    syswrite $fifo, "$app up $$ $now\n";
    close $fifo;
}
sleep 1000 while 1;
