import { templateDigest } from '../../../../local/release/template-digest';

const template = {
  Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { Tags: ['b', 'a'] } } },
  Description: 'x',
};

test.each([
  ['JSON', JSON.stringify(template)],
  ['other order of keys', JSON.stringify({ Description: 'x', Resources: template.Resources })],
  ['YAML', 'Description: x\nResources:\n  Queue:\n    Properties:\n      Tags: [b, a]\n    Type: AWS::SQS::Queue\n'],
])('a template has one digest: as %s', (_, text) => {
  expect(templateDigest(text)).toBe(templateDigest(template));
});

test('another order of a list is another template', () => {
  const other = JSON.stringify(template).replace('["b","a"]', '["a","b"]');
  expect(templateDigest(other)).not.toBe(templateDigest(template));
});

test('a template is the same after CloudFormation has replaced what is not ASCII', () => {
  expect(templateDigest({ Description: 'a stream’s age' })).toBe(templateDigest('{"Description": "a stream?s age"}'));
});
