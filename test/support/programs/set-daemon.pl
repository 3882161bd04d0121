# A program that forks, calls exec, changes its user, and makes, uses and removes sets as it is told over a Unix socket.
#
# Each exec of it opens a connection that its forks inherit and that exec closes: the kernel ends that connection when the
# last process is gone that could know an id. Each process has a second connection for itself, on which it is told what to do.
use strict;
use warnings;
use IO::Socket::UNIX;
use POSIX qw(_exit setgid setsid setuid);

use constant {
    IPC_PRIVATE => 0, IPC_CREAT => 01000, IPC_EXCL => 02000,
    IPC_RMID => 0, IPC_SET => 1, IPC_STAT => 2, SETVAL => 16, SEM_UNDO => 0x1000,
    CLONE_NEWIPC => 0x08000000,
};
my %UNSHARE = (x86_64 => 272, aarch64 => 97);

my ($path) = @ARGV;
$SIG{CHLD} = 'IGNORE';
$SIG{PIPE} = 'DEFAULT';

sub connected {
    my $socket = IO::Socket::UNIX->new(Peer => $path) or die "cannot connect to $path: $!\n";
    $socket->autoflush(1);
    return $socket;
}

my $lifeline = connected();
print $lifeline "family $$ ", basename($^X), "\n";
my $family = <$lifeline> // exit 1;
chomp $family;

my $control;
my $away = 0;

# Of each process its own: a fork leaves its parent's alone.
sub join_in {
    close $control if $control;
    $control = connected();
    print $control "process $$ $family $> $away\n";
}

sub basename { my ($file) = $_[0] =~ m{([^/]+)$}; return $file }

sub answer { print $control "@_\n" }

sub made {
    my ($uid, $gid, $semid, $key) = @_;
    if (defined $semid) {
        open my $next, '>', '/proc/sys/kernel/sem_next_id' or return "error sem_next_id: $!";
        print $next $semid;
        close $next or return "error sem_next_id: $!";
    }
    my $made = semget($key // IPC_PRIVATE, 1, IPC_CREAT | IPC_EXCL | 0600) // return "error semget: $!";
    return "made $made" if $uid == $>;
    my $refused = refused_to_give($made, $uid, $gid);
    return $refused // "made $made";
}

sub refused_to_give {
    my ($semid, $uid, $gid) = @_;
    my $set = '';
    semctl($semid, 0, IPC_STAT, $set) // return "error IPC_STAT: $!";
    substr($set, 4, 8) = pack 'L2', $uid, $gid;
    semctl($semid, 0, IPC_SET, $set) // return "error IPC_SET: $!";
    return;
}

my %commands = (
    make => sub { answer(made(@_)) },
    rebuild => sub {
        my ($semid, $uid, $gid, $key) = @_;
        if (!defined semctl($semid, 0, IPC_RMID, 0)) {
            return answer($!{EINVAL} || $!{EIDRM} ? 'missing' : "error IPC_RMID: $!");
        }
        answer(made($uid, $gid, $semid, $key));
    },
    give => sub { answer(refused_to_give(@_) // 'done') },
    remove => sub { answer(defined semctl($_[0], 0, IPC_RMID, 0) ? 'done' : "error $!") },
    initialise => sub { answer(defined semctl($_[0], 0, SETVAL, 1) ? 'done' : "error $!") },
    use => sub {
        my ($semid, $undo) = @_;
        answer(semop($semid, pack('s!3', 0, 1, $undo ? SEM_UNDO : 0)) ? 'done' : "error $!");
    },
    # Comes back only when the set is removed.
    wait => sub {
        answer('done');
        semop($_[0], pack('s!3', 0, -30000, 0));
    },
    fork => sub {
        my $pid = fork // return answer("error $!");
        return answer("forked $pid") if $pid;
        join_in();
    },
    daemonise => sub {
        exit if fork;
        setsid();
        _exit(0) if fork;
        join_in();
    },
    exec => sub { exec { $_[0] } $_[0], $0, $path or exit 1 },
    become => sub { setgid($_[0]); setuid($_[0]); answer('done') },
    carry => sub { $> = $_[0]; answer($> == $_[0] ? 'done' : "error $!") },
    unshare => sub {
        my $number = $UNSHARE{(POSIX::uname())[4]} // return answer('error unshare: unknown machine');
        $away = syscall($number, CLONE_NEWIPC) == 0 ? 1 : 0;
        answer($away ? 'done' : "error $!");
    },
    exit => sub { exit },
);

join_in();
while (defined(my $line = <$control>)) {
    my ($verb, @arguments) = split ' ', $line;
    $commands{$verb}->(@arguments);
}
