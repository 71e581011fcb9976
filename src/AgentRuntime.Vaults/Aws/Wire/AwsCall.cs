namespace AgentRuntime.Vaults.Aws.Wire;

/// <summary>One operation of a service.</summary>
/// <param name="Endpoint">Where.</param>
/// <param name="Target">The operation, when it travels as a header.</param>
/// <param name="ContentType">The type of the body.</param>
/// <param name="Body">The body; stays with the caller.</param>
internal sealed record AwsCall(AwsEndpoint Endpoint, string? Target, string ContentType, PinnedBuffer Body)
{
    /// <summary>An operation of Secrets Manager.</summary>
    public static AwsCall Secrets(AwsEndpoint endpoint, string operation, JsonBody body) => new(endpoint, $"secretsmanager.{operation}", "application/x-amz-json-1.1", body.Finish());
}
