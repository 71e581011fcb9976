using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.Aws.Wire;

/// <summary>Why an operation did not succeed. Holds nothing of the answer's body but the code.</summary>
/// <param name="Code">The code that AWS gives, without its namespace; empty when AWS gave none.</param>
/// <param name="Kind">What it means for the runtime.</param>
/// <param name="Words">What it means for people, as the end of a sentence about the secret or role, with what to do.</param>
internal sealed record AwsFault(string Code, SecretFailureKind Kind, string Words)
{
    /// <summary>AWS's id of the request, when it was answered.</summary>
    public string? RequestId { get; init; }

    /// <summary>Whether the same request may succeed a moment later.</summary>
    public bool IsPassing { get; init; }

    /// <summary>Whether the keys have run out.</summary>
    public bool IsExpired => Code is "ExpiredTokenException" or "ExpiredToken";

    /// <summary>Whether AWS says that there is no such secret or version.</summary>
    public bool IsMissing => Kind == SecretFailureKind.Missing;
}
