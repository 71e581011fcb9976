using System.Text.Json.Nodes;

namespace AgentRuntime.TestKit.Azure;

/// <summary>One version of a secret of a <see cref="FakeKeyVault"/>.</summary>
internal sealed class FakeVersion(string id, string value, DateTimeOffset created)
{
    private long? _notBefore;
    private long? _expires;

    public string Id => id;

    public string Value => value;

    public bool Enabled { get; set; } = true;

    public string? ContentType { get; private set; }

    public JsonObject? Tags { get; private set; }

    public void Change(JsonObject body)
    {
        var attributes = body["attributes"] as JsonObject;
        Enabled = attributes?["enabled"]?.GetValue<bool>() ?? Enabled;
        _notBefore = attributes?["nbf"]?.GetValue<long>() ?? _notBefore;
        _expires = attributes?["exp"]?.GetValue<long>() ?? _expires;
        ContentType = body["contentType"]?.GetValue<string>() ?? ContentType;
        Tags = (JsonObject?)body["tags"]?.DeepClone() ?? Tags;
    }

    public JsonObject Attributes(string recoveryLevel)
    {
        var attributes = new JsonObject { ["enabled"] = Enabled };
        if (_notBefore is { } from)
        {
            attributes["nbf"] = from;
        }

        if (_expires is { } to)
        {
            attributes["exp"] = to;
        }

        attributes["created"] = created.ToUnixTimeSeconds();
        attributes["updated"] = created.ToUnixTimeSeconds();
        attributes["recoveryLevel"] = recoveryLevel;
        attributes["recoverableDays"] = 90;
        return attributes;
    }
}
