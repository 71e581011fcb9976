using AgentRuntime.Secrets;

namespace AgentRuntime.Cli.Errors;

/// <summary>Says what a store's failure means to the person who typed the command.</summary>
internal static class StoreFailure
{
    /// <summary>The exit code when a server was to be used and its credential could not be read: the same as for a run, where it is a dependency that is missing and not an input that is wrong.</summary>
    public static ExitCode ExitOfUse(SecretFailureKind kind) => kind switch
    {
        SecretFailureKind.Denied => ExitCode.Denied,
        SecretFailureKind.Integrity => ExitCode.Integrity,
        _ => ExitCode.Unavailable,
    };

    /// <summary>The exit code for a kind of failure of a credential or version that the command line named.</summary>
    public static ExitCode ExitOf(SecretFailureKind kind) => kind switch
    {
        SecretFailureKind.Missing or SecretFailureKind.Invalid or SecretFailureKind.Deleted or SecretFailureKind.Disabled or SecretFailureKind.Conflict => ExitCode.BadInput,
        SecretFailureKind.Denied => ExitCode.Denied,
        SecretFailureKind.Integrity => ExitCode.Integrity,
        _ => ExitCode.Unavailable,
    };

    /// <summary>The word for a kind of failure.</summary>
    public static string CodeOf(SecretFailureKind kind) => kind switch
    {
        SecretFailureKind.Missing => "secret_missing",
        SecretFailureKind.Disabled => "secret_disabled",
        SecretFailureKind.Deleted => "secret_deleted",
        SecretFailureKind.Denied => "secret_denied",
        SecretFailureKind.Throttled => "store_throttled",
        SecretFailureKind.Integrity => "secret_integrity",
        SecretFailureKind.Invalid => "secret_invalid",
        SecretFailureKind.Conflict => "secret_conflict",
        _ => "store_unavailable",
    };

    /// <summary>The error for a write that was not done.</summary>
    public static CliException Of(SecretWriteResult result) => Of(result.Failure ?? SecretFailureKind.Unavailable, result.Message);

    /// <summary>The error for a read that gave nothing.</summary>
    public static CliException Of(SecretFailureKind kind, string? message) => new(ExitOf(kind), CodeOf(kind), message ?? "The secret store refused.");
}
