# Does what it is told on stdin, one command a line, and answers each with one line: the daemon, bystander or
# adversary of a test. Needs no module beyond perl-base. Whatever it leaves behind ends by itself after five minutes.
use strict;
use warnings;
use POSIX ();

use constant { IPC_SET => 1, IPC_STAT => 2, IPC_CREAT => 01000, IPC_EXCL => 02000 };
use constant CLONE3 => 435;
use constant LIFE => 300;

my %commands = (
    # make [KEY]: a set of Apache's shape; its semid.
    make => sub { checked(scalar semget($_[0] // 0, 1, IPC_CREAT | IPC_EXCL | 0600)) },
    # next-id SEMID: the semid that the next set will get.
    'next-id' => sub { write_file('/proc/sys/kernel/sem_next_id', $_[0]) },
    # give SEMID UID: IPC_SET, as Apache gives its sets to its user.
    give => sub {
        my ($semid, $uid) = @_;
        change($semid, 4, pack('L2', $uid, $uid));
        'given';
    },
    # mode SEMID OCTAL
    mode => sub { change($_[0], 20, pack('L', oct $_[1])); 'changed' },
    remove => sub { checked(semctl($_[0], 0, 0, 0)); 'removed' },
    # remake SEMID UID [KEY]: removes the set, and makes another one of Apache's shape under its semid.
    remake => sub {
        my ($semid, $uid, $key) = @_;
        checked(semctl($semid, 0, 0, 0));
        write_file('/proc/sys/kernel/sem_next_id', $semid);
        my $made = checked(scalar semget($key // 0, 1, IPC_CREAT | IPC_EXCL | 0600));
        die "made $made" if $made != $semid;
        change($semid, 4, pack('L2', $uid, $uid));
        'remade';
    },
    # operate SEMID BY
    operate => sub { checked(semop($_[0], pack('s3', 0, $_[1], 0))); 'operated' },
    # wait SEMID: answers, and then blocks.
    wait => sub { print "waiting\n"; semop($_[0], pack('s3', 0, -1, 0)); 'woken' },
    # become UID
    become => sub { POSIX::setgid($_[0]); POSIX::setuid($_[0]); $> == $_[0] ? 'become' : die "no $_[0]: $!" },
    # name NAME: its comm from now on.
    name => sub { $0 = $_[0]; 'named' },
    # fork: a child that knows what this process knows, and sleeps; its pid.
    fork => sub { my $pid = fork // die $!; sleep_on() if $pid == 0; $pid },
    # twin PID: the same, with this pid.
    twin => sub { my $pid = clone_as($_[0]); sleep_on() if $pid == 0; $pid },
    # daemonise: forks twice, calls setsid(2), and lives on only as the grandchild, which sleeps; its pid.
    daemonise => sub {
        POSIX::_exit(0) if fork // die $!;
        POSIX::setsid();
        POSIX::_exit(0) if fork // die $!;
        print "$$\n";
        sleep_on();
    },
);

sub checked {
    my ($result) = @_;
    return $result // die "$!";
}

# IPC_SET, with these bytes at this place of struct semid_ds.
sub change {
    my ($semid, $at, $bytes) = @_;
    checked(semctl($semid, 0, IPC_STAT, my $set = ''));
    substr($set, $at, length $bytes) = $bytes;
    checked(semctl($semid, 0, IPC_SET, $set));
}

sub write_file {
    my ($path, $text) = @_;
    open(my $file, '>', $path) or die "$path: $!";
    print $file $text;
    close($file) or die "$path: $!";
    return 'written';
}

# clone3(2) with a set_tid array of one.
sub clone_as {
    my $pid = pack('l', $_[0]);
    my $arguments = pack('Q*', 0, 0, 0, 0, POSIX::SIGCHLD(), 0, 0, 0, unpack('Q', pack('P', $pid)), 1, 0);
    my $clone = syscall(CLONE3, $arguments, length $arguments);
    die "clone3: $!" if $clone == -1;
    return $clone;
}

sub sleep_on {
    close($_) for \*STDIN, \*STDOUT, \*STDERR;
    alarm(LIFE);
    POSIX::pause() while 1;
}

$SIG{CHLD} = 'IGNORE';
$| = 1;
while (my $line = <STDIN>) {
    my ($name, @arguments) = split ' ', $line;
    my $answer = eval { ($commands{$name} // die "no such command\n")->(@arguments) };
    print defined $answer ? "$answer\n" : "failed: " . ($@ =~ s/\n//gr) . "\n";
}
