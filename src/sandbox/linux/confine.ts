import { filterProgram, systemCall, type Filter } from './seccomp.js';

/** What a process of an account, and all that it starts, cannot do whatever its rights. */
export interface Confinement extends Filter {
  /** How many processes and threads the account may have at once. */
  readonly processes: number;
}

const RLIMIT_CORE = 4;
const RLIMIT_NPROC = 6;
const PR_SET_SECCOMP = 22;
const SECCOMP_MODE_FILTER = 2;
/** Of one byte, which keeps cores from files and from the program that the host may feed them to; core(5). */
const CORE_BYTES = 1;

/**
 * Sets limits and the filter, then becomes the command. Perl, since Debian always has it (perl-base is essential), it starts
 * within 2 ms, and it can make any system call; no program of the base system sets a filter (setpriv does from util-linux 2.40 on).
 */
const script = `
my ($prlimit, $prctl, $nproc, $hex, @command) = @ARGV;
sub limit { syscall(0 + $prlimit, 0, $_[0], my $both = pack("QQ", $_[1], $_[1]), 0) == 0 or die "limit $_[0]: $!\\n" }
limit(${RLIMIT_CORE}, ${CORE_BYTES});
limit(${RLIMIT_NPROC}, 0 + $nproc);
my $filter = pack("H*", $hex);
my $program = pack('S x![P] P', length($filter) / 8, $filter);
syscall(0 + $prctl, ${PR_SET_SECCOMP}, ${SECCOMP_MODE_FILTER}, $program, 0, 0) == 0 or die "seccomp: $!\\n";
exec { $command[0] } @command or die "$command[0]: $!\\n";
`;

/** Command that continues confined; it must have been given `no_new_privs`. */
export function confined({ nested, processes }: Confinement): string[] {
  const filter = filterProgram({ nested }).toString('hex');
  const calls = [systemCall('prlimit64'), systemCall('prctl')].map(String);
  return ['/usr/bin/perl', '-e', script, '--', ...calls, String(processes), filter];
}
