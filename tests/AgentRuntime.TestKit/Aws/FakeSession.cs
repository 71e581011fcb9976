namespace AgentRuntime.TestKit.Aws;

/// <summary>A session that <see cref="FakeSecretsManager"/> gave for the role.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Policy">The policy inside, JSON.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="DurationSeconds">Its length.</param>
/// <param name="ExternalId">The external id that was sent.</param>
/// <param name="AccessKeyId">Its keys.</param>
/// <param name="SecretKey">Its keys.</param>
/// <param name="Token">Its keys.</param>
public sealed record FakeSession(string Name, string Policy, IReadOnlyDictionary<string, string> Tags, int DurationSeconds, string? ExternalId, string AccessKeyId, string SecretKey, string Token)
{
    /// <summary>Whether AWS takes its keys no more.</summary>
    public bool IsOver { get; set; }

    /// <summary>Without the keys.</summary>
    public override string ToString() => $"[session {Name}]";
}

/// <summary>A request that <see cref="FakeSecretsManager"/> was asked, also a refused one, as CloudTrail would have it.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Session">The session that asked, or <c>null</c> for the runtime's own identity.</param>
/// <param name="Secret">The secret.</param>
/// <param name="Label">The label that was asked for.</param>
/// <param name="RequestId">The id of the request.</param>
/// <param name="Error">The code of the error, or <c>null</c>.</param>
public sealed record FakeCall(string Operation, string? Session, string? Secret, string? Label, string RequestId, string? Error);
