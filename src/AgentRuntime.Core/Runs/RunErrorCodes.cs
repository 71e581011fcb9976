namespace AgentRuntime.Runs;

/// <summary>The codes of <see cref="RunError"/>. Stable; <c>retry.on</c> of a workflow names them.</summary>
public static class RunErrorCodes
{
    /// <summary>The tool answered with an error.</summary>
    public const string ToolError = "tool_error";

    /// <summary>The server refused the credential, also after it was fetched again.</summary>
    public const string CredentialRejected = "credential_rejected";

    /// <summary>The server cannot be started or reached.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>The server asks to come back later.</summary>
    public const string RateLimited = "rate_limited";

    /// <summary>The connection or the process ended in the middle of the call.</summary>
    public const string ConnectionLost = "connection_lost";

    /// <summary>The server broke the protocol.</summary>
    public const string ProtocolError = "protocol_error";

    /// <summary>The result is larger than <c>limits.max_result_bytes</c>.</summary>
    public const string ResultTooLarge = "result_too_large";

    /// <summary>The server has no such tool.</summary>
    public const string UnknownTool = "unknown_tool";

    /// <summary>The attempt took longer than its timeout.</summary>
    public const string Timeout = "timeout";

    /// <summary>No grant covers the use.</summary>
    public const string Denied = "denied";

    /// <summary>The grant's budget is used up.</summary>
    public const string BudgetExceeded = "budget_exceeded";

    /// <summary>The secret store cannot be reached, or asks to slow down.</summary>
    public const string SecretUnavailable = "secret_unavailable";

    /// <summary>The secret store answered, but not with a usable value: missing, disabled, deleted, or without a field.</summary>
    public const string SecretNotReadable = "secret_not_readable";

    /// <summary>The secret store refused the runtime's identity.</summary>
    public const string SecretDenied = "secret_denied";

    /// <summary>The secret store, or the value in it, was damaged or tampered with, or has another key.</summary>
    public const string SecretIntegrity = "secret_integrity";

    /// <summary>A template did not resolve.</summary>
    public const string UnresolvedTemplate = "unresolved_template";

    /// <summary>An expression or a condition could not be evaluated.</summary>
    public const string ExpressionFailed = "expression_failed";

    /// <summary>The input does not fit its schema.</summary>
    public const string InputInvalid = "input_invalid";

    /// <summary>The result does not fit its schema.</summary>
    public const string OutputInvalid = "output_invalid";

    /// <summary>The run's input holds a credential.</summary>
    public const string InputHoldsCredential = "input_holds_credential";

    /// <summary>At least one iteration of a loop failed.</summary>
    public const string IterationFailed = "iteration_failed";

    /// <summary>The run or the step was cancelled.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>A defect in the runtime itself.</summary>
    public const string Internal = "internal_error";
}
