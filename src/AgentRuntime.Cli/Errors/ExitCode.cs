namespace AgentRuntime.Cli.Errors;

/// <summary>The exit codes that scripts rely on.</summary>
internal enum ExitCode
{
    /// <summary>Done.</summary>
    Success = 0,

    /// <summary>The run or the check failed.</summary>
    Failed = 1,

    /// <summary>Bad input or usage.</summary>
    BadInput = 2,

    /// <summary>Denied by policy.</summary>
    Denied = 3,

    /// <summary>A store, a server or the database is unavailable.</summary>
    Unavailable = 4,

    /// <summary>The audit chain or a protected file was changed.</summary>
    Integrity = 5,

    /// <summary>Ended by a person.</summary>
    Cancelled = 130,
}
