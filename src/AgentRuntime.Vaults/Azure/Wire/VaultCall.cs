using AgentRuntime.Audit;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Azure.Values;

namespace AgentRuntime.Vaults.Azure.Wire;

/// <summary>One operation on the vault with all its requests: what is sent besides the library's own text, and what the answers said. Used by one operation.</summary>
internal sealed class VaultCall(SecretAccessContext? context) : IDisposable
{
    /// <summary>The property of a message under which the call travels through the pipeline.</summary>
    public const string Property = "agentruntime.call";

    /// <summary>The id that the vault's log shows as <c>correlationId</c>; <c>null</c> for what belongs to no attempt.</summary>
    public string? CorrelationId { get; } = context is { Run: { } run, Step: { } step, Attempt: { } attempt } ? AttemptCorrelation.Of(run, step, attempt).ToString() : null;

    /// <summary>The body that is sent instead of the library's, for a value to be written.</summary>
    public PinnedBuffer? Body { get; init; }

    /// <summary>The value of the last answer.</summary>
    public PinnedBuffer? Value { get; private set; }

    /// <summary>The vault's id of its last answer.</summary>
    public string? RequestId { get; set; }

    /// <summary>The status of the last answer; 0 before there is one.</summary>
    public int Status { get; set; }

    /// <summary>Why the last request got no answer.</summary>
    public Exception? Fault { get; set; }

    /// <summary>The last answer's error code, made of letters and digits.</summary>
    public string? Code { get; private set; }

    /// <summary>The last answer's inner error code, made of letters and digits.</summary>
    public string? InnerCode { get; private set; }

    /// <summary>How long the last answer asked to wait.</summary>
    public TimeSpan? RetryAfter { get; set; }

    /// <summary>The tenant that the vault named when it asked for a token.</summary>
    public Guid? ChallengeTenant { get; set; }

    /// <summary>When the operation must be over, as a timestamp of the store's clock.</summary>
    public Func<TimeSpan> TimeLeft { get; set; } = static () => TimeSpan.Zero;

    /// <summary>The last answer was larger than an answer of Key Vault can be.</summary>
    public bool IsTooLarge { get; set; }

    /// <summary>The last answer was no JSON object.</summary>
    public bool IsMalformed { get; set; }

    /// <summary>Takes over what an answer said.</summary>
    public void Take(AnswerScan answer)
    {
        Value?.Dispose();
        Value = answer.Value;
        Code = answer.Code;
        InnerCode = answer.InnerCode;
        IsMalformed = answer.IsMalformed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Value?.Dispose();
        Body?.Dispose();
    }
}
