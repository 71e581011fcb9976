using AgentRuntime.Cli.Errors;
using AgentRuntime.Runs;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Embedded;

namespace AgentRuntime.Cli.Commands;

/// <summary>Says what an exception means to the person who typed the command.</summary>
internal static class ErrorOf
{
    /// <summary>The error to show.</summary>
    public static CliError Exception(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        CliException expected => expected.Error,
        EmbeddedStoreException store => Store(store),
        SecretStoreException store => StoreFailure.Of(store.Failure, store.Message).Error,
        OperationCanceledException when cancellationToken.IsCancellationRequested => new CliError(ExitCode.Cancelled, "cancelled", "Cancelled."),
        JournalUnavailableException { IsDamaged: true } damaged => new CliError(ExitCode.Integrity, "database_damaged", damaged.Message, "Keep a copy of the file as it is, compare it with your exports of the audit log, and restore a backup."),
        JournalUnavailableException journal => new CliError(ExitCode.Unavailable, "database_unavailable", journal.Message, "Check the disk and that no other program locks the database, then try again."),
        UnauthorizedAccessException => new CliError(ExitCode.BadInput, "file_denied", exception.Message, "Check the owner and the permissions of the file and its folder."),
        FileNotFoundException or DirectoryNotFoundException => new CliError(ExitCode.BadInput, "file_not_found", exception.Message, "Check the path."),
        IOException => new CliError(ExitCode.Unavailable, "io_error", exception.Message, "Check the disk and the permissions, then try again."),
        _ => new CliError(ExitCode.Failed, "internal_error", $"Something unexpected happened ({exception.GetType().Name}).", "Run the command again with --verbose to see the cause, and report it."),
    };

    private static CliError Store(EmbeddedStoreException store) => store.Kind switch
    {
        EmbeddedStoreErrorKind.WrongKey => new CliError(ExitCode.Integrity, "store_wrong_key", store.Message),
        EmbeddedStoreErrorKind.Damaged or EmbeddedStoreErrorKind.Truncated or EmbeddedStoreErrorKind.NotADatabase or EmbeddedStoreErrorKind.NotAStore or EmbeddedStoreErrorKind.KeyFileInvalid =>
            new CliError(ExitCode.Integrity, "store_damaged", store.Message),
        EmbeddedStoreErrorKind.KeyPermissions or EmbeddedStoreErrorKind.StorePermissions => new CliError(ExitCode.Unavailable, "store_permissions", store.Message),
        EmbeddedStoreErrorKind.MissingKey => new CliError(ExitCode.Unavailable, "store_key_missing", store.Message),
        EmbeddedStoreErrorKind.NoPassphrase => new CliError(ExitCode.Unavailable, "store_no_passphrase", store.Message),
        _ => new CliError(ExitCode.Unavailable, "store_unavailable", store.Message),
    };
}
