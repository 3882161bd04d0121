# Runs a command whose removals of semaphore sets do nothing, as modules that forget theirs at a reload:
# perl leaky.pl COMMAND... A seccomp filter answers semctl(IPC_RMID) with success before the kernel sees it.
use strict;
use warnings;
use POSIX ();

my $machine = (POSIX::uname())[4];
my ($prctl, $semctl) = $machine eq 'aarch64' ? (167, 191) : (157, 66);
use constant { PR_SET_SECCOMP => 22, SECCOMP_MODE_FILTER => 2 };
use constant { LOAD => 0x20, MASK => 0x54, JUMP_IF_EQUAL => 0x15, RETURN => 0x06 };
use constant { ALLOW => 0x7fff0000, ANSWER_0 => 0x00050000 };

my @filter = (
    [LOAD,          0, 0, 0],          # the number of the call
    [JUMP_IF_EQUAL, 0, 4, $semctl],
    [LOAD,          0, 0, 32],         # its third argument
    [MASK,          0, 0, 0xff],       # less IPC_64
    [JUMP_IF_EQUAL, 0, 1, 0],          # IPC_RMID
    [RETURN,        0, 0, ANSWER_0],
    [RETURN,        0, 0, ALLOW],
);
my $instructions = join '', map { pack('SCCL', @$_) } @filter;
my $program = pack('S x6 P', scalar @filter, $instructions);
syscall($prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, $program) == 0 or die "seccomp: $!\n";
exec @ARGV or die "$ARGV[0]: $!\n";
