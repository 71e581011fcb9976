using System.Text.Json.Nodes;

namespace AgentRuntime.TestKit.Vault;

/// <summary>What a part of the fake vault answers.</summary>
public sealed record FakeAnswer(int Status)
{
    public JsonNode? Data { get; init; }

    public JsonNode? Auth { get; init; }

    public JsonNode? WrapInfo { get; init; }

    public IReadOnlyList<string>? Errors { get; init; }

    public IReadOnlyList<string>? Warnings { get; init; }

    public string LeaseId { get; init; } = string.Empty;

    public bool Renewable { get; init; }

    public long LeaseDuration { get; init; }

    /// <summary>Whether the members of the data are also members of the answer itself, as some of <c>sys/</c> are.</summary>
    public bool Flat { get; init; }

    /// <summary>The whole body, instead of an envelope.</summary>
    public JsonNode? Bare { get; init; }

    public string? Location { get; init; }

    public int? RetryAfter { get; init; }

    public static FakeAnswer Done { get; } = new(204);

    public static FakeAnswer Ok(JsonNode? data, params string[] warnings) => new(200) { Data = data, Warnings = warnings.Length == 0 ? null : warnings };

    public static FakeAnswer Fail(int status, params string[] errors) => new(status) { Errors = errors };

    public static FakeAnswer NotFound { get; } = Fail(404);

    /// <summary>A policy's refusal; a token's reads otherwise.</summary>
    public static FakeAnswer Denied { get; } = Fail(403, "1 error occurred:\n\t* permission denied\n\n");
}
